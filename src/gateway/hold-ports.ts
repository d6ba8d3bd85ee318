/** What happens by itself, at an instant, to the money that an order still holds. */
export interface HoldEnd {
  /** `capture` takes it, `void` releases it. */
  readonly kind: 'capture' | 'void'
  readonly at: Date
}

/** A hold whose date has come. */
export interface DueHold {
  readonly merchantId: string
  readonly orderId: string
  readonly kind: HoldEnd['kind']
  /** How often it was looked into, this time included. */
  readonly attempts: number
}

export interface HoldStore {
  /** Leases holds whose date has come, so that one node looks into each. */
  claimDue(at: Date, leaseUntil: Date, limit: number): Promise<readonly DueHold[]>
  postpone(hold: DueHold, dueAt: Date): Promise<void>
  /** There is nothing left to be taken or released. */
  remove(hold: DueHold): Promise<void>
}
