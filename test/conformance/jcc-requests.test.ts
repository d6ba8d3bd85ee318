import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { anOrder, type Answer, type Fields, formOf, USER } from '../support/jcc.ts'
import { startTestSandbox } from '../support/sandbox.ts'

// Requests in every shape that published clients send them in.

const gateway = await startTestSandbox()

interface Raw {
  readonly method?: string
  readonly query?: Fields
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request byte by byte, as fetch would not send it. */
async function send(path: string, { method = 'POST', query = {}, body, headers = {} }: Raw) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const url = `${gateway.url}/payment/${path}?${formOf(query).toString()}`
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const options = { method, headers: { ...headers, ...length } }
  const request = httpRequest(url, options, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      resolve({ status: response.statusCode ?? 0, text })
    })
  })
  request.on('error', reject)
  request.end(body)
  const { status, text } = await promise
  return { status, text, answer: JSON.parse(text) as Answer }
}

test('jcc requests: parameters are read whatever the verb and the content type', async () => {
  const order = () => ({ ...USER, ...anOrder() })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const json = { 'content-type': 'application/json' }
  const sent: readonly Raw[] = [
    { body: formOf(order()).toString(), headers: form },
    { method: 'GET', query: order() },
    { method: 'GET', body: formOf(order()).toString(), headers: form },
    { query: order() },
    { method: 'GET', query: order(), headers: json },
    { body: JSON.stringify({ ...order(), amount: 1000 }), headers: json },
    { body: JSON.stringify(order()), headers: { 'content-type': 'application/*+json' } },
    { body: JSON.stringify(order()), headers: { 'content-type': 'text/json' } },
    { body: JSON.stringify(order()), headers: form },
    { body: formOf(order()).toString() },
    { query: USER, body: formOf(anOrder()).toString() },
    { method: 'PUT', query: USER, body: JSON.stringify(anOrder()), headers: json },
  ]
  for (const raw of sent) {
    const { status: code, answer } = await send('rest/register.do', raw)
    assert.equal(code, 200)
    assert.ok('formUrl' in answer, JSON.stringify([raw, answer]))
  }
})

test('jcc requests: a method is known in any case; what nobody knows is 404', async () => {
  const body = formOf({ ...USER, ...anOrder() }).toString()
  const { answer } = await send('REST/Register.do', { body })
  assert.ok('formUrl' in answer)
  const unknown = await send('rest/noSuchMethod.do', { body })
  assert.equal(unknown.status, 404)
  assert.equal(unknown.answer['errorCode'], '5')
})

test('jcc requests: what is too large or no request at all is answered in this form', async () => {
  const large = await send('rest/register.do', { body: 'a'.repeat(70_000) })
  assert.equal(large.status, 413)
  assert.equal(large.answer['errorCode'], '5')
  const largeGet = await send('rest/register.do', { method: 'GET', body: 'a'.repeat(70_000) })
  assert.equal(largeGet.answer['errorCode'], '5')
  const malformed = await send('rest/register.do', { body: '{"amount":' })
  assert.equal(malformed.status, 200)
  assert.equal(malformed.answer['errorCode'], '5')
})

test('jcc OpenAPI: methods are described as forms, from the schemas that validate', async () => {
  const response = await fetch(`${gateway.url}/openapi.json`)
  const document = (await response.json()) as {
    paths: Record<string, { post?: { requestBody?: { content: Record<string, unknown> } } }>
  }
  const method = document.paths['/payment/rest/register.do']?.post?.requestBody?.content
  assert.deepEqual(Object.keys(method ?? {}), [
    'application/x-www-form-urlencoded',
    'application/json',
  ])
  assert.match(JSON.stringify(method), /"orderNumber"/)
})
