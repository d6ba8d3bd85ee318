import { errorDescription, fieldOf, type Typed } from './errors.ts'

/** What a form takes to the merchant's server instead of the card. */
export interface EncryptedCard {
  /** The card for the gateway alone: `securePayToken` of Do Payment. */
  readonly encryptedCardInfo: string
  /** First six and last four digits, `X` between. */
  readonly maskedCardInfo: string
  readonly expMonthCardInfo: string
  readonly expYearCardInfo: string
}

/** A form, or its id. */
export type FormOrId = HTMLFormElement | string

/** The form of 2C2P's samples. */
export const FORM_ID = '2c2p-payment-form'

const FIELDS = ['cardnumber', 'month', 'year', 'cvv'] as const

/** @throws TypeError when there is no such form. */
export function formOf(form: FormOrId): HTMLElement {
  const found = typeof form === 'string' ? document.getElementById(form) : form
  if (found === null) throw new TypeError('There is no form of this id.')
  return found
}

/** What stands in the inputs. They lose their names, so that no form posts it in clear. */
export function readForm(form: HTMLElement): Typed {
  const values = { cardnumber: '', month: '', year: '', cvv: '' }
  for (const input of form.querySelectorAll<HTMLInputElement>('[data-encrypt]')) {
    input.removeAttribute('name')
    const name = FIELDS.find((field) => field === input.dataset['encrypt'])
    if (name !== undefined) values[name] = input.value.trim()
  }
  return { ...values, cardnumber: values.cardnumber.replace(/[ -]/g, '') }
}

/** Shows what is wrong in the element for it, where the page has one; code 0 empties them all. */
export function showError(code: number): void {
  const wrong = fieldOf(code)
  for (const field of FIELDS) {
    const element = document.getElementById(`2c2pError-${field}`)
    if (element !== null) element.textContent = field === wrong ? errorDescription(code) : ''
  }
}

/** Puts the encrypted card into hidden inputs of the form. */
export function fillForm(form: HTMLElement, card: EncryptedCard): void {
  for (const [name, value] of Object.entries(card)) {
    const known = form.querySelector<HTMLInputElement>(`input[name="${name}"]`)
    const input = known ?? form.appendChild(document.createElement('input'))
    if (known === null) Object.assign(input, { type: 'hidden', name })
    input.value = String(value)
  }
}

const DRAWN = [
  ['cardnumber', '_2c2pCard', 'Card number', 'cc-number', 23],
  ['month', '_2c2pMonth', 'MM', 'cc-exp-month', 2],
  ['year', '_2c2pYear', 'YYYY', 'cc-exp-year', 4],
  ['cvv', '_2c2pCvv', 'CVV', 'cc-csc', 4],
] as const

/** Draws the inputs into a form that has none, as 2C2P's secure fields do. */
export function drawFields(form: HTMLElement): void {
  if (form.querySelector('[data-encrypt]') !== null) return
  for (const [field, className, label, autocomplete, maxLength] of DRAWN) {
    const input = document.createElement('input')
    input.className = `_2c2pPaymentField ${className}`
    input.dataset['encrypt'] = field
    Object.assign(input, { autocomplete, maxLength, placeholder: label, ariaLabel: label })
    input.type = field === 'cvv' ? 'password' : 'text'
    input.inputMode = 'numeric'
    const error = document.createElement('span')
    error.id = `2c2pError-${field}`
    error.className = '_2c2pPaymentFieldError'
    error.setAttribute('role', 'alert')
    form.append(input, error)
  }
}
