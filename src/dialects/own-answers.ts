import type { FastifyInstance, FastifyRequest } from 'fastify'

/**
 * Bodies stay bytes, whatever their content type says, and every answer is in the dialect's form.
 *
 * @param faultOf what is answered with an HTTP status of the server's own: 4xx, or 503 for a fault.
 */
export function ownEveryAnswer(
  scope: FastifyInstance,
  faultOf: (status: number, request: FastifyRequest) => object,
): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })
  scope.setErrorHandler(async (error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 503
    if (status >= 500) {
      request.log.error({ err: error }, 'request_failed')
      void reply.header('retry-after', '1')
    }
    return reply.code(status < 500 ? status : 503).send(faultOf(status, request))
  })
}
