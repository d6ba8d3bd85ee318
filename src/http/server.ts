import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { Histogram, type Registry } from 'prom-client'

const BODY_BYTES_MAX = 64 * 1024
const CONNECTIONS_MAX = 10_000
const REQUEST_MS_MAX = 20_000

export interface ServerOptions {
  readonly logger: FastifyBaseLogger
  readonly metrics: Registry
  /** Whether the database answers and holds what this program needs. */
  readonly isReady: () => Promise<boolean>
  readonly openApi: object
}

/**
 * The HTTP shell: limits, request ids, health, metrics. It logs a request's route, never its path,
 * query, headers or body.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    // Clients write paths in any case.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 256 },
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
  })
  app.server.maxConnections = CONNECTIONS_MAX
  closeInTime(app)
  observe(app, options.metrics)
  addProbes(app, options)
  return app
}

/**
 * Closing waits for requests that are under way, and Node no longer looks at their time then. Nor does
 * it take connections without any for idle, which browsers open ahead and keep.
 */
function closeInTime(app: FastifyInstance): void {
  const silent = new Set<Socket>()
  app.server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', (done) => {
    app.server.on('connection', (socket) => socket.destroy())
    for (const socket of silent) socket.destroy()
    setTimeout(() => app.server.closeAllConnections(), REQUEST_MS_MAX).unref()
    done()
  })
}

function observe(app: FastifyInstance, metrics: Registry): void {
  const durations = new Histogram({
    name: 'tessera_http_request_seconds',
    help: 'Time from request to answer, by route and status.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers: [metrics],
  })
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    const route = request.routeOptions.url ?? 'unknown'
    const { statusCode: status, elapsedTime } = reply
    durations.observe({ route, status }, elapsedTime / 1_000)
    const milliseconds = Math.round(elapsedTime * 10) / 10
    request.log.info({ method, route, status, milliseconds }, 'request')
    done()
  })
}

function addProbes(app: FastifyInstance, { metrics, isReady, openApi }: ServerOptions): void {
  app.get('/health', async () => ({ status: 'alive' }))

  app.get('/ready', async (_request, reply) => {
    const ready = await isReady().catch(() => false)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })

  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  )

  app.get('/openapi.json', async () => openApi)

  app.setNotFoundHandler(async (_request, reply) => {
    await reply.code(404).send({ error: 'There is nothing at this address.' })
  })

  app.setErrorHandler(async (error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'request_failed')
    await reply.code(status).send({ error: status >= 500 ? 'Something broke.' : 'Bad request.' })
  })
}
