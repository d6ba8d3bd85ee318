import type { RefusalCode } from '../../core/refusal.ts'
import type { Language, Text } from './languages.ts'

const text = (en: string, ru: string, el: string): Text => ({ en, ru, el })

/** What errorMessage can say; `{field}` is replaced by the parameter's name. */
const MESSAGES = {
  success: text('Success', 'Успешно', 'Επιτυχία'),
  accessDenied: text('Access denied', 'Доступ запрещён', 'Δεν επιτρέπεται η πρόσβαση'),
  userNameEmpty: text(
    "Merchant's name is empty",
    'Имя мерчанта не может быть пустым',
    'Το όνομα του εμπόρου είναι κενό',
  ),
  passwordEmpty: text('[password] is empty', '[password] не задан', '[password] είναι κενό'),
  malformed: text(
    'The request is malformed',
    'Запрос составлен неверно',
    'Το αίτημα δεν έχει σωστή μορφή',
  ),
  empty: text('[{field}] is empty', '[{field}] не задан', '[{field}] είναι κενό'),
  wrong: text(
    '[{field}] is wrong',
    'Неверное значение параметра [{field}]',
    'Η τιμή της παραμέτρου [{field}] δεν είναι σωστή',
  ),
  ambiguous: text(
    '[{field}] is given with different values',
    'Параметр [{field}] указан с разными значениями',
    'Η παράμετρος [{field}] δίνεται με διαφορετικές τιμές',
  ),
  orderNumberInUse: text(
    'Order number is duplicated, order with given order number is processed already',
    'Заказ с таким номером уже обработан',
    'Ο αριθμός παραγγελίας χρησιμοποιείται ήδη: υπάρχει παραγγελία με αυτόν τον αριθμό',
  ),
  unknownCurrency: text('Unknown currency', 'Неизвестная валюта', 'Άγνωστο νόμισμα'),
  returnUrlInvalid: text(
    'The return URL is invalid',
    'Неверный URL возврата',
    'Η διεύθυνση επιστροφής δεν είναι έγκυρη',
  ),
  bundleInvalid: text(
    'The order bundle is wrong: its positions do not add up',
    'Неверная корзина: суммы позиций не сходятся',
    'Λανθασμένο καλάθι: τα ποσά των ειδών δεν συμφωνούν',
  ),
  verificationDenied: text(
    'No permission for verification payments',
    'Нет прав на верификационные платежи',
    'Δεν υπάρχει δικαίωμα για πληρωμές επαλήθευσης',
  ),
  featuresWrong: text(
    'Features are specified incorrectly',
    'Особенности заказа указаны неверно',
    'Τα χαρακτηριστικά της παραγγελίας δεν είναι σωστά',
  ),
  orderNotFound: text('Unregistered OrderId', 'Незарегистрированный OrderId', 'Άγνωστο OrderId'),
  orderUnnamed: text(
    'Expected [orderId] or [orderNumber]',
    'Ожидается [orderId] или [orderNumber]',
    'Απαιτείται [orderId] ή [orderNumber]',
  ),
  orderIdEmpty: text('orderId is empty', 'orderId не указан', 'Δεν δόθηκε orderId'),
  amountWrong: text('Incorrect amount', 'Неверная сумма', 'Λανθασμένο ποσό'),
  stateWrong: text(
    'The operation is impossible in the current state of the order',
    'Операция невозможна для текущего состояния заказа',
    'Η ενέργεια δεν είναι δυνατή στην τρέχουσα κατάσταση της παραγγελίας',
  ),
  depositTooLarge: text(
    'The deposit amount exceeds the authorized amount',
    'Сумма завершения превышает авторизованную сумму',
    'Το ποσό ολοκλήρωσης υπερβαίνει το εγκεκριμένο ποσό',
  ),
  refundTooLarge: text(
    'The refund amount exceeds the deposited amount',
    'Сумма возврата превышает сумму списания',
    'Το ποσό επιστροφής υπερβαίνει το εισπραχθέν ποσό',
  ),
  depositedOtherwise: text(
    'The deposited amount is not the expected one',
    'Сумма списания отличается от ожидаемой',
    'Το εισπραχθέν ποσό δεν είναι το αναμενόμενο',
  ),
  operationDeclined: text(
    'The operation was declined by the bank',
    'Операция отклонена банком',
    'Η ενέργεια απορρίφθηκε από την τράπεζα',
  ),
  operationPending: text(
    'The operation is not finished yet, ask for the order status',
    'Операция ещё не завершена, запросите статус заказа',
    'Η ενέργεια δεν έχει ολοκληρωθεί, ζητήστε την κατάσταση της παραγγελίας',
  ),
  originalNotAllowed: text(
    'The operation is not allowed for the original order',
    'Операция недопустима для исходного заказа',
    'Η ενέργεια δεν επιτρέπεται για την αρχική παραγγελία',
  ),
  cardExpired: text('The card has expired', 'Срок действия карты истёк', 'Η κάρτα έχει λήξει'),
  inProgress: text(
    'The order is being paid',
    'Заказ находится в процессе оплаты',
    'Η πληρωμή της παραγγελίας βρίσκεται σε εξέλιξη',
  ),
  alreadyProcessed: text(
    'The order is processed already',
    'Заказ уже обработан',
    'Η παραγγελία έχει ήδη ολοκληρωθεί',
  ),
  orderExpired: text(
    'The time for the payment is over',
    'Время на оплату истекло',
    'Ο χρόνος πληρωμής έληξε',
  ),
  bindingNotFound: text('Binding not found', 'Связка не найдена', 'Η κάρτα δεν βρέθηκε'),
  bindingActive: text('Binding is active', 'Связка активна', 'Η κάρτα είναι ενεργή'),
  bindingInactive: text("Binding isn't active", 'Связка неактивна', 'Η κάρτα δεν είναι ενεργή'),
  bindingExists: text('The binding exists', 'Связка уже существует', 'Η κάρτα υπάρχει ήδη'),
  nothingFound: text('Information not found', 'Информация не найдена', 'Δεν βρέθηκαν στοιχεία'),
  bindingUnchanged: text(
    "The binding's state is not right for this",
    'Состояние связки не позволяет операцию',
    'Η κατάσταση της κάρτας δεν το επιτρέπει',
  ),
  walletRefused: text(
    'The payment data of the wallet is not accepted',
    'Платёжные данные кошелька не приняты',
    'Τα δεδομένα πληρωμής του πορτοφολιού δεν γίνονται δεκτά',
  ),
  sslListMissing: text(
    'No list of cards without 3-D Secure is kept; an order may ask for it with FORCE_SSL',
    'Список карт без 3-D Secure не ведётся; заказ может запросить это особенностью FORCE_SSL',
    'Δεν τηρείται λίστα καρτών χωρίς 3-D Secure· μια παραγγελία το ζητά με FORCE_SSL',
  ),
  overload: text(
    'Too many requests, try again later',
    'Слишком много запросов, повторите позже',
    'Πάρα πολλά αιτήματα, δοκιμάστε αργότερα',
  ),
  systemError: text('System error', 'Системная ошибка', 'Σφάλμα συστήματος'),
} as const

export type Message = keyof typeof MESSAGES

/** An error code with its message, before it is put into a language. */
export interface Fault {
  readonly code: string
  readonly message: Message
  /** The parameter it is about. */
  readonly field?: string
}

/** @returns the message, naming the field where it has one. */
export function say({ message, field = '' }: Omit<Fault, 'code'>, language: Language): string {
  return MESSAGES[message][language].replace('{field}', field)
}

/** A request refused by the dialect itself, before or beside the gateway's own rules. */
export class WireError extends Error {
  readonly fault: Fault

  constructor(code: string, message: Message, field?: string) {
    super(`${code}/${message}`)
    this.name = 'WireError'
    this.fault = { code, message, ...(field !== undefined && { field }) }
  }
}

export const SYSTEM_ERROR: Fault = { code: '7', message: 'systemError' }

/** What a refusal is in most methods; a method that says it otherwise brings its own. */
const REFUSALS: Readonly<Record<RefusalCode, Fault>> = {
  amount_exceeds_authorized: { code: '7', message: 'depositTooLarge' },
  amount_exceeds_captured: { code: '7', message: 'refundTooLarge' },
  captured_otherwise: { code: '7', message: 'depositedOtherwise' },
  card_expired: { code: '1', message: 'cardExpired' },
  idempotency_conflict: { code: '1', message: 'orderNumberInUse' },
  operation_reference_in_use: { code: '7', message: 'stateWrong' },
  order_cancelled: { code: '7', message: 'alreadyProcessed' },
  order_expired: { code: '7', message: 'orderExpired' },
  order_finished: { code: '7', message: 'alreadyProcessed' },
  order_in_progress: { code: '7', message: 'inProgress' },
  order_not_found: { code: '6', message: 'orderNotFound' },
  payment_not_capturable: { code: '7', message: 'stateWrong' },
  payment_not_found: { code: '7', message: 'stateWrong' },
  payment_not_refundable: { code: '7', message: 'stateWrong' },
  payment_not_voidable: { code: '7', message: 'stateWrong' },
  reference_in_use: { code: '1', message: 'orderNumberInUse' },
  vault_token_unchanged: { code: '2', message: 'bindingUnchanged' },
  vault_token_unknown: { code: '2', message: 'bindingNotFound' },
}

/** Refusals that one method says in its own way. */
export type OwnRefusals = Readonly<Partial<Record<RefusalCode, Fault>>>

export function faultOf(refusal: RefusalCode, own: OwnRefusals = {}): Fault {
  return own[refusal] ?? REFUSALS[refusal]
}
