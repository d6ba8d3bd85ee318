import { maskNumber } from '../card-form/card.ts'
import { PGWError } from '../error.ts'
import type { Connection } from '../http.ts'
import { APIEnvironment } from '../params.ts'
import { encryptCard } from '../secure-pay.ts'
import { keySource } from '../secure-pay-key.ts'
import { tell } from '../tell.ts'
import { errorDescription, errorOf, NOT_ENCRYPTED, type Typed } from './errors.ts'
import { type EncryptedCard, fillForm, type FormOrId, formOf, readForm, showError } from './form.ts'

/** Hears what came of a form: with code 0 its encrypted card, else empty texts. */
export type OnEncrypted = (card: EncryptedCard, errorCode: number, errorDesc: string) => unknown

/** Hears code 0 just before the form is posted, or what is wrong. */
export type OnSubmit = (errorCode: number, errorDesc: string) => unknown

/** The global of 2C2P's browser script, in the forms of its versions 1.6, 1.7 and 2.0. */
export interface My2c2pGlobal {
  readonly APIEnvironment: typeof APIEnvironment
  /** Encrypts what the form's `data-encrypt` inputs hold. */
  getEncrypted(form: FormOrId, onEncrypted: OnEncrypted): void
  /** @param environment - means nothing here: the key is that of the gateway that served this. */
  getEncrypted(environment: string, form: FormOrId, onEncrypted: OnEncrypted): void
  /** Encrypts the card whenever the form is submitted, and then posts it. */
  onSubmitForm(form: FormOrId, onSubmit?: OnSubmit): void
  errorDescription(code: number): string
}

const NOTHING: EncryptedCard = {
  encryptedCardInfo: '',
  maskedCardInfo: '',
  expMonthCardInfo: '',
  expYearCardInfo: '',
}

/** Makes the global for one gateway. */
export function createMy2c2p(connection: Connection): My2c2pGlobal {
  const getKey = keySource(connection)

  const encrypt = async (typed: Typed): Promise<EncryptedCard> => {
    const { cardnumber, month, year, cvv } = typed
    const given = (text: string) => (text === '' ? undefined : text)
    const card = {
      cardNo: given(cardnumber),
      expiryMonth: given(month)?.padStart(2, '0'),
      expiryYear: given(year),
      securityCode: given(cvv),
    }
    return {
      encryptedCardInfo: await encryptCard(await getKey(), card),
      maskedCardInfo: maskNumber(cardnumber),
      expMonthCardInfo: month,
      expYearCardInfo: year,
    }
  }

  // What is wrong is told at once, as 2C2P's script does; the card comes when it is encrypted.
  const run = (element: HTMLElement, done: OnEncrypted): void => {
    const typed = readForm(element)
    const wrong = errorOf(typed, new Date())
    const answer = (card: EncryptedCard, code: number, text = errorDescription(code)) => {
      showError(code)
      void tell(() => done(card, code, text))
    }
    if (wrong !== 0) return answer(NOTHING, wrong)
    encrypt(typed).then(
      (card) => {
        fillForm(element, card)
        answer(card, 0)
      },
      (error: unknown) => {
        const why = error instanceof PGWError ? error.message : errorDescription(NOT_ENCRYPTED)
        answer(NOTHING, NOT_ENCRYPTED, why)
      },
    )
  }

  return {
    APIEnvironment,
    errorDescription,

    getEncrypted(...given: readonly unknown[]) {
      const [form, done] = given.slice(-2) as [FormOrId, OnEncrypted]
      run(formOf(form), done)
    },

    onSubmitForm(form, onSubmit = () => {}) {
      const element = formOf(form)
      let isBusy = false
      // Once now, so that the inputs have no names however the form is posted.
      readForm(element)
      element.addEventListener('submit', (event) => {
        event.preventDefault()
        if (isBusy) return
        isBusy = true
        run(element, (_card, code, text) => {
          isBusy = false
          void tell(() => onSubmit(code, text))
          // Not the form's own name: it may have an input called submit.
          if (code === 0) HTMLFormElement.prototype.submit.call(element)
        })
      })
    },
  }
}
