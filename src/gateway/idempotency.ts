import { createHash } from 'node:crypto'
import type { Order } from '../core/order.ts'
import { uuidV7 } from '../core/uuid.ts'

/** Digest of a verified request in canonical form: tells a retry from another request. */
export function requestHash(canonical: string): Buffer {
  return createHash('sha256').update(canonical).digest()
}

/**
 * The id of the payment that an attempt makes: the same key of the same order is the same id, and the
 * table takes an id once, however many send it at once.
 */
export function attemptId({ orderId, createdAt }: Order, attemptKey: string): string {
  const digest = createHash('sha256').update(`${orderId}/${attemptKey}`).digest()
  return uuidV7(createdAt.getTime(), digest)
}
