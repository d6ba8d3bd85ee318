import type { FastifyReply } from 'fastify'

const PREFLIGHT_SECONDS = 7_200

/**
 * Lets pages of any origin read the answer. For what a payer's client may call with what it holds:
 * no cookie and no other credential of a browser plays a part.
 */
export function allowAnyOrigin(reply: FastifyReply): void {
  void reply.headers({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'retry-after, x-request-id',
  })
}

/** Answers a browser that asks whether it may send such a request. */
export async function answerPreflight(reply: FastifyReply, method: string): Promise<FastifyReply> {
  allowAnyOrigin(reply)
  return reply
    .headers({
      'access-control-allow-methods': method,
      // Some browsers read the star as a name; they find the one that matters in front of it.
      'access-control-allow-headers': 'content-type, *',
      'access-control-max-age': PREFLIGHT_SECONDS,
    })
    .code(204)
    .send()
}
