import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Messages } from './messages.ts'
import { messages as english } from './locales/en.ts'

const files = import.meta.glob<Messages>('./locales/*.ts', { eager: true, import: 'messages' })

/** By language code, which is the name of the language's file. */
export const LANGUAGES: ReadonlyMap<string, Messages> = new Map(
  Object.entries(files).map(([path, messages]) => [path.replace(/^.*\/|\.ts$/g, ''), messages]),
)

export const LanguageContext = createContext<Messages>(english)

export function useMessages(): Messages {
  return useContext(LanguageContext)
}

/** @returns the code of the first wish that we speak: as it is, or its language without region. */
export function pickLanguage(wishes: readonly (string | null)[]): string {
  for (const wish of wishes) {
    const full = (wish ?? '').toLowerCase().replaceAll('_', '-')
    const [primary = ''] = full.split('-')
    if (LANGUAGES.has(full)) return full
    if (LANGUAGES.has(primary)) return primary
  }
  return 'en'
}

/** @returns the language as the payer's own region writes it, where the browser says which that is. */
export function regionalTag(tag: string): string {
  const [primary = ''] = tag.split('-')
  // Some systems say things like en-US@posix, at which Intl throws.
  const form = new RegExp(`^${primary}(-[a-z0-9]{2,8})*$`, 'i')
  return navigator.languages.find((each) => form.test(each)) ?? tag
}

const CHOICE = 'tessera.language'

/** What the payer chose in this tab; it holds across the visit to the bank. */
export function chosenLanguage(): string | null {
  try {
    return sessionStorage.getItem(CHOICE)
  } catch {
    return null
  }
}

export function chooseLanguage(code: string): void {
  try {
    sessionStorage.setItem(CHOICE, code)
  } catch {
    // Storage is off: the choice holds until the page is left.
  }
}
