import type { Language, Text } from './languages.ts'

const text = (en: string, ru: string, el: string): Text => ({ en, ru, el })

/** What the family tells a payer: whom to ask, or what to do. */
const HINTS = {
  none: text('', '', ''),
  merchant: text(
    'The payment cannot be made. Please contact the merchant.',
    'Платёж не может быть выполнен. Обратитесь в магазин.',
    'Η πληρωμή δεν μπορεί να γίνει. Επικοινωνήστε με τον έμπορο.',
  ),
  bank: text(
    'The payment is declined. Please contact the bank that issued your card.',
    'Платёж отклонён. Обратитесь в банк, выпустивший карту.',
    'Η πληρωμή απορρίφθηκε. Επικοινωνήστε με την τράπεζα που εξέδωσε την κάρτα.',
  ),
  data: text(
    'The payment is declined. Please check the card data and the available funds.',
    'Платёж отклонён. Проверьте данные карты и доступные средства.',
    'Η πληρωμή απορρίφθηκε. Ελέγξτε τα στοιχεία της κάρτας και το διαθέσιμο υπόλοιπο.',
  ),
  retry: text(
    'No connection with the bank. Please try again later.',
    'Нет связи с банком. Повторите попытку позже.',
    'Δεν υπάρχει σύνδεση με την τράπεζα. Δοκιμάστε ξανά αργότερα.',
  ),
  time: text(
    'The time for entering the card data is over.',
    'Истекло время ввода данных карты.',
    'Ο χρόνος εισαγωγής των στοιχείων της κάρτας έληξε.',
  ),
  authentication: text(
    'The payment is impossible: the cardholder was not authenticated.',
    'Операция невозможна: держатель карты не прошёл аутентификацию.',
    'Η πληρωμή δεν είναι δυνατή: ο κάτοχος της κάρτας δεν ταυτοποιήθηκε.',
  ),
  cancelled: text('The order was declined.', 'Заказ отклонён.', 'Η παραγγελία ακυρώθηκε.'),
} as const

type Hint = keyof typeof HINTS

/** A result code of the processing, with what it tells the payer. */
export interface Action {
  readonly code: number
  readonly hint: Hint
}

const action = (code: number, hint: Hint): Action => ({ code, hint })

export const ACTION = {
  approved: action(0, 'none'),
  untried: action(-100, 'none'),
  started: action(-9000, 'merchant'),
  expired: action(-2007, 'time'),
  declinedByMerchant: action(4005, 'cancelled'),
  unauthenticated: action(-2006, 'authentication'),
  challengeFailed: action(-2025, 'authentication'),
  unreachable: action(910, 'retry'),
  timedOut: action(151019, 'retry'),
} as const

const DO_NOT_HONOR = action(5, 'bank')

// ISO 8583 response codes as the family's action codes.
const BY_RESPONSE = new Map<string, Action>([
  ['00', ACTION.approved],
  ['01', action(107, 'bank')],
  ['02', action(107, 'bank')],
  ['03', action(109, 'merchant')],
  ['04', action(104, 'bank')],
  ['05', DO_NOT_HONOR],
  ['12', action(2002, 'merchant')],
  ['13', action(110, 'merchant')],
  ['14', action(111, 'bank')],
  ['15', action(15, 'retry')],
  ['30', action(904, 'bank')],
  ['33', action(101, 'data')],
  ['34', action(200, 'bank')],
  ['36', action(104, 'bank')],
  ['38', action(106, 'merchant')],
  ['41', action(208, 'merchant')],
  ['43', action(104, 'bank')],
  ['51', action(116, 'data')],
  ['54', action(101, 'data')],
  ['57', action(120, 'bank')],
  ['58', action(109, 'merchant')],
  ['59', action(200, 'bank')],
  ['61', action(121, 'bank')],
  ['62', action(104, 'bank')],
  ['63', action(119, 'bank')],
  ['65', action(123, 'bank')],
  ['68', ACTION.timedOut],
  ['75', action(106, 'merchant')],
  ['91', ACTION.unreachable],
  ['92', action(15, 'retry')],
  ['94', action(913, 'bank')],
  ['96', action(909, 'bank')],
  ['N7', action(71015, 'data')],
  ['1A', action(2003, 'merchant')],
])

/** The action code of an issuer's answer; one that nobody knows is "do not honor". */
export function actionOfResponse(responseCode: string | undefined): Action {
  return BY_RESPONSE.get(responseCode ?? '') ?? DO_NOT_HONOR
}

export function describeAction({ hint }: Action, language: Language): string {
  return HINTS[hint][language]
}
