import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createServer } from './server.ts'

function aServer() {
  const isReady = () => Promise.resolve(true)
  const logger = pino({ level: 'silent' })
  return createServer({ logger, metrics: new Registry(), isReady, openApi: {} })
}

test('HTTP server: closing does not wait for a connection that has never asked for anything', async () => {
  const app = aServer()
  const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const silent = connect(Number(port), hostname)
  await once(app.server, 'connection')
  await app.close()
  await once(silent.resume(), 'close')
  assert.equal(app.server.listening, false)
})

test('HTTP server: closing waits for a request that is being answered', async () => {
  const app = aServer()
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()]
  app.get('/slow', async () => {
    asked.resolve()
    return answer.promise
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = fetch(`${url}/slow`)
  await asked.promise
  const closing = app.close()
  answer.resolve('done')
  assert.equal(await (await response).text(), 'done')
  await closing
})
