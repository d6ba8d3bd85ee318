import type { JSX } from 'preact'
import { GlobeIcon } from './icons.tsx'
import { LANGUAGES, useMessages } from './language.ts'

interface Props {
  readonly language: string
  readonly onChoice: (language: string) => void
}

export function LanguageSwitch({ language, onChoice }: Props): JSX.Element {
  const messages = useMessages()
  return (
    <label class='languages'>
      <GlobeIcon />
      <span class='quiet'>{messages.language}</span>
      <select value={language} onChange={(event) => onChoice(event.currentTarget.value)}>
        {[...LANGUAGES].map(([code, { name, tag }]) => (
          <option key={code} value={code} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
