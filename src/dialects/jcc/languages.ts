/** Languages that messages are written in. */
export type Language = 'en' | 'ru' | 'el'

/** @returns the language of a code such as `en`, in any case; English for all others. */
export function languageOf(code: string | undefined): Language {
  const folded = code?.toLowerCase()
  return folded === 'ru' || folded === 'el' ? folded : 'en'
}

/** One text in every language. */
export type Text = Readonly<Record<Language, string>>
