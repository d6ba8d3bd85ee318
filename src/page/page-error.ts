import type { FastifyReply } from 'fastify'
import { Refusal, type RefusalCode } from '../core/refusal.ts'

/** What the payer typed is wrong, or the order takes no payment. */
export class PageError extends Error {
  readonly error: string
  /** The field of the card that is wrong. */
  readonly field: string | undefined

  constructor(error: string, field?: string) {
    super(error)
    this.error = error
    this.field = field
  }
}

const REFUSALS: Partial<Record<RefusalCode, string>> = {
  card_expired: 'card_expired',
  order_in_progress: 'in_progress',
  order_finished: 'already_paid',
  order_cancelled: 'cancelled',
  order_expired: 'expired',
  order_not_found: 'not_found',
  vault_token_unknown: 'card_invalid',
}

const STATUSES: Readonly<Record<string, number>> = {
  not_found: 404,
  already_paid: 409,
  in_progress: 409,
  cancelled: 409,
  expired: 409,
}

/** Answers whatever was thrown in the words that the page's script knows. */
export async function answerFault(
  error: unknown,
  log: { error(fields: object, text: string): void },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refused = refusalOf(error)
  if (refused !== undefined) {
    return reply.code(STATUSES[refused.error] ?? 422).send(refused)
  }
  const { statusCode = 503 } = error as { statusCode?: number }
  if (statusCode < 500) return reply.code(statusCode).send({ error: 'card_invalid' })
  log.error({ err: error }, 'request_failed')
  return reply.code(503).send({ error: 'unavailable' })
}

function refusalOf(error: unknown): { error: string; field?: string } | undefined {
  if (error instanceof PageError) {
    return { error: error.error, ...(error.field !== undefined && { field: error.field }) }
  }
  const told = error instanceof Refusal ? REFUSALS[error.code] : undefined
  return told === undefined ? undefined : { error: told }
}
