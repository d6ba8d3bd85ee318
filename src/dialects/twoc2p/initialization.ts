import { SUCCESS } from './codes.ts'
import { answer, kept } from './fields.ts'
import { openOperation } from './operation.ts'

/** What the hosted page speaks, by the code that it picks a language with. */
const LOCALES = [
  { code: 'en', name: 'English' },
  { code: 'th', name: 'ไทย' },
  { code: 'zh-cn', name: '简体中文' },
  { code: 'el', name: 'Ελληνικά' },
  { code: 'ru', name: 'Русский' },
]

/** Initialization: the languages that a payer may choose from. */
export const initialization = openOperation(
  {
    path: 'initialization',
    method: 'POST',
    summary: 'List the languages of the hosted page',
    response: answer({ initialization: kept('locale: code, name, iconUrl.') }),
  },
  async () => ({
    initialization: { locale: LOCALES.map((locale) => ({ ...locale, iconUrl: '' })) },
    ...SUCCESS,
  }),
)
