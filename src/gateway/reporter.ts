/** Tells operators what happened: names and ids only, never a message's content. */
export interface Reporter {
  event(name: EventName, fields: EventFields): void
}

export type EventName =
  | 'payment_settled'
  | 'operation_in_doubt'
  | 'operation_recovered'
  | 'notification_delivered'
  | 'notification_failed'
  | 'notification_parked'
  | 'hold_ended'
  | 'hold_left'
  | 'loop_failed'

export interface EventFields {
  readonly merchantId?: string
  readonly paymentId?: string
  readonly operationId?: string
  readonly notificationId?: string
  readonly kind?: string
  readonly outcome?: string
  readonly attempts?: number
}
