import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { createOutgoing, type Outgoing, type OutgoingOptions } from './outgoing.ts'

const KIB_16 = 16 * 1024

/** Loopback allowed, as in the sandbox. */
function sandbox(t: TestContext, options: Partial<OutgoingOptions> = {}): Outgoing {
  const patience = { connectTimeoutMs: 2000, totalTimeoutMs: 4000 }
  const outgoing = createOutgoing({ allowPrivateNetworks: true, ...patience, ...options })
  t.after(() => outgoing.close())
  return outgoing
}

function strict(t: TestContext, options: Partial<OutgoingOptions> = {}): Outgoing {
  return sandbox(t, { allowPrivateNetworks: false, ...options })
}

/** As strict as in production, but 127.0.0.1 at this port plays the public Internet. */
function strictAround(t: TestContext, port: number, options: Partial<OutgoingOptions>) {
  const playground = { allowedPorts: [port], allowedNetworks: ['127.0.0.1/32'], allowHttp: true }
  const outgoing = strict(t, { ...playground, ...options })
  return (name: string) => outgoing.send(get(`http://${name}:${port}/?secret=1`))
}

async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

async function serve(t: TestContext, listener: http.RequestListener) {
  const port = await listen(t, http.createServer(listener))
  return { port, url: `http://127.0.0.1:${port}` }
}

async function serveRaw(t: TestContext, answer: (socket: Socket) => void) {
  const server = net.createServer((socket) => socket.once('data', () => answer(socket)))
  return `http://127.0.0.1:${await listen(t, server)}`
}

const get = (url: string) => ({ url, method: 'GET' as const, headers: {} })
const failed = (reason: string) => ({ kind: 'failed', reason })
const answered = (status: number, body = '') => ({ kind: 'answered', status, body })
const records = (ips: string[]) => ips.map((address) => ({ address, family: net.isIP(address) }))

const REFUSED_HOSTS = `
  127.0.0.1       127.1       0x7f.1        0177.0.0.1         2130706433         0x7f000001
  ①②⑦.⓪.⓪.①       127。0。0。1  127.0.0.1.    %31%32%37.0.0.1    0                  [::]
  [::1]           [::0:1]     [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1]    [::ffff:8.8.8.8]
  169.254.169.254 0xa9fea9fe  [fe80::1]     [64:ff9b::7f00:1]  [64:ff9b::10.0.0.1] 10.0.0.1:22
  localhost       LOCALHOST.  x.localhost   user.x.localhost`

const REFUSED_URLS = String.raw`
  https://8.8.8.8/           https://[2a00:1450::1]/       https://[fe80::1%25eth0]/
  http://shop.example/       https://shop.example:22/      https://shop.example:0/
  https://shop.example:80/   https://user@shop.example/    https://user:pass@shop.example/
  https://@shop.example/     https://127.0.0.1\@a.example/ https://shop.example\@127.0.0.1/
  https://shop.example/#part https://shop.example/#        https:shop.example           //a.example
  https:///shop.example      https:\\shop.example          https:/\shop.example         https://
  ftp://shop.example/        file:///etc/passwd            javascript:alert(1)          a.example`

test('outgoing: a spelling that hides where it leads is refused at save and at send', async (t) => {
  const outgoing = strict(t, { resolve: () => assert.fail('nothing here is worth resolving') })
  const refuse = async (reason: string, urls: string[]) => {
    for (const url of urls) {
      assert.equal(outgoing.check(url), reason, url)
      assert.deepEqual(await outgoing.send(get(url)), failed(reason), url)
    }
  }
  const hosts = REFUSED_HOSTS.trim().split(/\s+/)
  const disguised = hosts.map((host) => `https://${host}/?x=@shop.example`)
  await refuse('refused_address', disguised)
  await refuse('refused_url', REFUSED_URLS.trim().split(/\s+/))
  await refuse(
    'refused_url',
    '| https://a.example|https://a\t.example|https://a.example/\n'.split('|'),
  )
  await refuse('refused_url', [`https://a.example/${'a'.repeat(2048)}`])
})

test('outgoing: an ordinary URL passes the check, in each mode as far as that goes', (t) => {
  const [strictly, plainly, freely] = [strict(t), strict(t, { allowHttp: true }), sandbox(t)]
  for (const url of String.raw`https://shop.example https://shop.example:8443/ https://notlocalhost/
    HTTPS://Shop.Example:443/notify?id=1&x=a@b:c//d\ https://müller.example/?q=%00`.split(/\s+/))
    assert.equal(strictly.check(url), undefined, url)
  assert.equal(strictly.check('https://shop.example/a b'), undefined)
  assert.equal(plainly.check('http://shop.example/'), undefined)
  assert.equal(plainly.check('http://shop.example:8080/'), 'refused_url')
  for (const host of 'localhost:3000 127.1:99 [::1]:80 8.8.8.8 10.0.0.1:22'.split(' '))
    assert.equal(freely.check(`http://${host}/`), undefined, host)
})

const RANGES = `
  0.0.0.0 0.255.255.255       10.0.0.0 10.255.255.255     100.64.0.0 100.127.255.255
  127.0.0.0 127.255.255.255   169.254.0.0 169.254.255.255 172.16.0.0 172.31.255.255
  192.0.0.0 192.0.0.255       192.0.2.0 192.0.2.255       192.88.99.0 192.88.99.255
  192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255   198.51.100.0 198.51.100.255
  203.0.113.0 203.0.113.255   224.0.0.0 239.255.255.255   240.0.0.0 255.255.255.255
  :: ::1  ::ffff:0:0 ::ffff:ffff:ffff  64:ff9b:: 64:ff9b::ffff:ffff  fe80:: febf:ffff::1
  64:ff9b:1:: 64:ff9b:1:ffff:ffff:ffff:ffff:ffff  100:: 100::ffff:ffff:ffff:ffff  fc00:: fdff::1
  2001:: 2001:0:ffff::1  2001:1:: 2001:1ff:ffff::1  2001:db8:: 2001:db8:ffff::1  2002:: 2002:ffff::1
  3fff:: 3fff:fff:ffff::1  5f00:: 5f00:ffff::1  ff00:: ffff:ffff::1`

const NEIGHBORS = `1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255
  128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0
  192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255
  198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 2000:: 2001:200:: 2001:db7:ffff::1
  2001:db9:: 2001:ffff::1 2003:: 3ffe:ffff::1 3fff:1000::`

test('outgoing: both ends of each denied range are refused, their neighbors not', async (t) => {
  const url = (address: string) => `https://${address.includes(':') ? `[${address}]` : address}/`
  const denied = RANGES.trim().split(/\s+/)
  assert.equal(denied.length, 2 * 29)
  for (const address of denied) {
    const outgoing = strict(t, { resolve: async () => records([address]) })
    assert.equal(outgoing.check(url(address)), 'refused_address', address)
    const answer = await outgoing.send(get('https://shop.example/'))
    assert.deepEqual(answer, failed('refused_address'), address)
  }
  for (const address of NEIGHBORS.split(/\s+/))
    assert.equal(strict(t).check(url(address)), 'refused_url', address)
})

test('outgoing: the sandbox still refuses metadata services and denied networks', (t) => {
  const options = {
    allowedNetworks: ['169.254.8.0/24'],
    deniedNetworks: ['169.254.8.9/32', '::/0'],
  }
  const metadata = '169.254.169.254 [::ffff:a9fe:1] [64:ff9b::a9fe:1] [fd00:ec2::254]'.split(' ')
  for (const host of metadata)
    assert.equal(sandbox(t).check(`http://${host}/`), 'refused_address', host)
  for (const host of ['169.254.8.9', '[::ffff:169.254.8.9]', '[2a00::1]'])
    assert.equal(sandbox(t, options).check(`http://${host}/`), 'refused_address', host)
  assert.equal(sandbox(t, options).check('http://169.254.8.1/'), undefined)
  for (const network of ['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', 'shop.example/8', ''])
    assert.throws(() => strict(t, { allowedNetworks: [network] }), network)
})

test('outgoing: a name is resolved once, and one bad address of several refuses it', async (t) => {
  const { port } = await serve(t, (_, response) => response.end('hello'))
  const table: Record<string, string[]> = { mixed: ['127.0.0.1', '10.0.0.1'], good: ['127.0.0.1'] }
  const odd = { odd: ['127.0.0.1', 'shop.example'], zone: ['fe80::1%lo'], private: ['127.0.0.2'] }
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    return records({ ...table, ...odd }[name] ?? [])
  }
  const send = strictAround(t, port, { resolve })
  assert.deepEqual(await send('good'), answered(200, 'hello'))
  for (const name of ['mixed', 'odd', 'zone', 'private'])
    assert.deepEqual(await send(name), failed('refused_address'), name)
  assert.deepEqual(await send('unknown'), failed('resolve'))
  assert.deepEqual(asked, ['good', 'mixed', 'odd', 'zone', 'private', 'unknown'])
  const broken = strictAround(t, port, { resolve: () => Promise.reject(new Error('DNS')) })
  assert.deepEqual(await broken('good'), failed('resolve'))
})

test('outgoing: a name that turns private after a good answer is refused', async (t) => {
  let calls = 0
  const { port } = await serve(t, (_, response) => {
    response.setHeader('connection', 'close').end(`${++calls}`)
  })
  const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.1']
  const resolve = async () => records([addresses.shift() ?? ''])
  const send = strictAround(t, port, { resolve })
  assert.deepEqual(await send('shop.example'), answered(200, '1'))
  assert.deepEqual(await send('shop.example'), failed('refused_address'))
  assert.deepEqual(await send('shop.example'), answered(200, '2'))
})

test('outgoing: a redirect is answered as it is, and not followed', async (t) => {
  const { url: location } = await serve(t, () => assert.fail('followed'))
  const { url } = await serve(t, (_, response) => response.writeHead(302, { location }).end())
  assert.deepEqual(await sandbox(t).send(get(url)), answered(302))
})

test('outgoing: the request arrives as given, but its framing is ours', async (t) => {
  const { url, port } = await serve(t, ({ method, url: path, headers }, response) => {
    response.end(JSON.stringify({ method, path, headers }))
  })
  const headers = { Host: 'x.example', 'content-length': '1', Expect: '100-continue', a: 'b' }
  const post = { url: `${url}/a?b=1`, method: 'POST', headers, body: 'ร้าน' } as const
  const answer = await sandbox(t).send(post)
  const own = { host: `127.0.0.1:${port}`, connection: 'keep-alive', 'content-length': '12' }
  const arrived = { method: 'POST', path: '/a?b=1', headers: { ...own, a: 'b' } }
  assert.deepEqual(JSON.parse(answer.kind === 'answered' ? answer.body : ''), arrived)
})

test('outgoing: a header that HTTP cannot carry is our own fault and rejects', async (t) => {
  const { url } = await serve(t, (_, response) => response.end())
  const outgoing = sandbox(t, { maxSockets: 1 })
  for (const [name, value] of Object.entries({ 'x-a': 'b\r\nx-c: d', 'x a': 'b' })) {
    const sent = outgoing.send({ ...get(`${url}/?secret=1`), headers: { [name]: value } })
    await assert.rejects(sent, (error: Error) => !error.message.includes('secret'))
  }
  assert.deepEqual(await outgoing.send(get(url)), answered(200))
})

test('outgoing: a body is read to 16 KiB and the rest is dropped', async (t) => {
  const { url } = await serve(t, (request, response) => {
    const size = Number(request.url?.slice(1))
    if (size < Infinity) return void response.end('x'.repeat(size))
    const pour = () => {
      while (response.write('x'.repeat(1000)) && !response.destroyed);
    }
    response.on('drain', pour)
    pour()
  })
  for (const size of [0, 1, KIB_16 - 1, KIB_16, KIB_16 + 1, 1_000_000, Infinity]) {
    const answer = await sandbox(t).send(get(`${url}/${size}`))
    assert.deepEqual(answer, answered(200, 'x'.repeat(Math.min(size, KIB_16))))
  }
})

test('outgoing: Retry-After is read in seconds or as a date, and nothing else', async (t) => {
  let header = ''
  const answer = () => ({ 'retry-after': header })
  const { url } = await serve(t, (_, response) => response.writeHead(503, answer()).end())
  const past = new Date(0).toUTCString()
  for (const row of `0=0|120=120|99999999=86400|${past}=0|-1=|soon=|soon GMT=`.split('|')) {
    const [value = '', seconds] = row.split('=')
    header = value
    const wait = seconds === '' ? {} : { retryAfterSeconds: Number(seconds) }
    assert.deepEqual(await sandbox(t).send(get(url)), { ...answered(503), ...wait }, row)
  }
})

test('outgoing: each way to break an answer gives its own reason', async (t) => {
  const ok = 'HTTP/1.1 200 OK\r\n'
  const upgrade = 'HTTP/1.1 101 Sure\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'
  const broken: [string, (socket: Socket) => void][] = [
    ['protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['protocol', (socket) => socket.end('HTTP/1.1 abc OK\r\n\r\n')],
    ['protocol', (socket) => socket.end(`${ok}transfer-encoding: chunked\r\n\r\nzz\r\n`)],
    ['protocol', (socket) => socket.write(upgrade)],
    ['too_large', (socket) => socket.write(`${ok}x: ${'y'.repeat(KIB_16 * 2)}\r\n\r\n`)],
    ['reset', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['reset', (socket) => socket.end(`${ok}content-length: 9\r\n\r\nhalf`)],
    ['reset', (socket) => socket.write(ok, () => socket.resetAndDestroy())],
  ]
  for (const [reason, answer] of broken) {
    const sent = sandbox(t).send(get(`${await serveRaw(t, answer)}/?secret=1`))
    assert.deepEqual(await sent, failed(reason), answer.toString())
  }
  const gone = net.createServer()
  const port = await listen(t, gone)
  await once(gone.close(), 'close')
  assert.deepEqual(await sandbox(t).send(get(`http://127.0.0.1:${port}/`)), failed('connect'))
})

test('outgoing: silence and dripping at any stage end in a timeout', async (t) => {
  const drip = (first: string, drop: string) =>
    serveRaw(t, (socket) => {
      socket.write(first)
      const timer = setInterval(() => socket.write(drop), 20)
      socket.on('close', () => clearInterval(timer))
    })
  const dripping = await drip('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n', '.')
  const informing = await drip('', 'HTTP/1.1 102 Processing\r\n\r\n')
  const silent = await listen(t, net.createServer())
  const hasty = sandbox(t, { totalTimeoutMs: 200 })
  for (const url of [dripping, informing, `http://127.0.0.1:${silent}`])
    assert.deepEqual(await hasty.send(get(url)), failed('timeout'), url)
  const unresolved = { resolve: () => new Promise<never>(() => {}) }
  const hastier = sandbox(t, { connectTimeoutMs: 50, totalTimeoutMs: 60_000, ...unresolved })
  for (const url of ['http://shop.example/', `https://127.0.0.1:${silent}/`])
    assert.deepEqual(await hastier.send(get(url)), failed('timeout'), url)
})

test('outgoing: whatever bytes come back, there is a value', async (t) => {
  let bytes = ''
  const url = await serveRaw(t, (socket) => socket.end(bytes, 'latin1'))
  const outgoing = sandbox(t)
  const parts = ['HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n', '\r\n', '\r\n\r\n', 'content-length: ', '\0']
  const words = '200|OK|transfer-encoding: chunked|connection: close|5|:|-1| '.split('|')
  const junk = fc.string({ unit: 'binary-ascii', maxLength: 5 })
  const piece = fc.oneof(fc.constantFrom(...parts), fc.constantFrom(...words), junk)
  const property = fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
    bytes = pieces.join('')
    const answer = await outgoing.send(get(url))
    if (answer.kind === 'failed') assert.match(answer.reason, /^(?:protocol|reset|too_large)$/)
  })
  await fc.assert(property, { numRuns: 200 })
})

test('outgoing: connections are kept, and shared up to the number for all hosts', async (t) => {
  const connections = new Set<Socket>()
  const waiting: http.ServerResponse[] = []
  let together = 1
  const { port } = await serve(t, (request, response) => {
    connections.add(request.socket)
    assert.ok(waiting.push(response) <= together)
    if (waiting.length === together) for (const each of waiting.splice(0)) each.end()
  })
  const outgoing = sandbox(t, { maxSockets: 3, resolve: async () => records(['127.0.0.1']) })
  const send = (index: number) => outgoing.send(get(`http://${index % 2}.example:${port}/`))
  for (let round = 0; round < 10; round++) await send(0)
  assert.equal(connections.size, 1)
  together = 3
  const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => send(index)))
  assert.deepEqual(answers, Array(60).fill(answered(200)))
  assert.ok(connections.size <= 6)
})

test('outgoing: a connection that went stale while idle is replaced', async (t) => {
  let requests = 0
  const server = net.createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
    socket.on('data', () => requests++ % 2 === 1 && socket.resetAndDestroy())
  })
  const url = `http://127.0.0.1:${await listen(t, server)}`
  const outgoing = sandbox(t)
  assert.deepEqual(await outgoing.send(get(url)), answered(204))
  assert.deepEqual(await outgoing.send(get(url)), answered(204))
  assert.equal(requests, 3)
})

test('outgoing: a hanging host holds its own places only, and its queue is told so', async (t) => {
  const hanging = await serve(t, () => {})
  const healthy = await serve(t, (_, response) => response.end())
  const outgoing = sandbox(t, { maxSockets: 3, maxSocketsPerHost: 2, totalTimeoutMs: 1000 })
  const stuck = Array.from({ length: 5 }, () => outgoing.send(get(hanging.url)))
  const well = await Promise.all(Array.from({ length: 9 }, () => outgoing.send(get(healthy.url))))
  assert.deepEqual(well, Array(9).fill(answered(200)))
  const reasons = ['timeout', 'timeout', 'busy', 'busy', 'busy']
  assert.deepEqual(await Promise.all(stuck), reasons.map(failed))
})

test('outgoing: closing ends what is under way and refuses what comes later', async (t) => {
  const arrived = Promise.withResolvers<void>()
  let requests = 0
  const { url } = await serve(t, () => arrived.resolve(void requests++))
  const outgoing = sandbox(t, { maxSockets: 1 })
  const sent = [outgoing.send(get(url)), outgoing.send(get(url))]
  await arrived.promise
  outgoing.close()
  assert.deepEqual(await Promise.all(sent), [failed('closed'), failed('closed')])
  assert.deepEqual(await outgoing.send(get(url)), failed('closed'))
  assert.deepEqual(await sandbox(t, { totalTimeoutMs: 99 }).send(get(url)), failed('timeout'))
  assert.equal(requests, 2)
})

/** A certificate made on the spot, so that no private key lives in the repository. */
function selfSigned(name: string) {
  const der = (tag: number, ...parts: (Buffer | string)[]) => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
    return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 255]), body])
  }
  const oid = (hex: string) => der(6, Buffer.from(hex, 'hex'))
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(0x30, oid('2a8648ce3d040302'))
  const subject = der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, 'test'))))
  const validity = der(0x30, der(0x17, '200101000000Z'), der(0x17, '491231235959Z'))
  const names = der(0xa3, der(0x30, der(0x30, oid('551d11'), der(4, der(0x30, der(0x82, name))))))
  const start = [der(0xa0, der(2, '\x02')), der(2, '\x01'), algorithm, subject, validity, subject]
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const tbs = der(0x30, ...start, spki, names)
  const all = der(0x30, tbs, algorithm, der(3, '\0', sign('sha256', tbs, privateKey)))
  const cert = `-----BEGIN CERTIFICATE-----\n${all.toString('base64')}\n-----END CERTIFICATE-----\n`
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

test('outgoing: TLS keeps the name, and trusts only a good certificate for it', async (t) => {
  const seen: unknown[] = []
  const { cert, key } = selfSigned('shop.example')
  const server = https.createServer({ cert, key }, ({ socket, headers }, response) => {
    seen.push((socket as TLSSocket).servername, headers.host)
    response.end('secure')
  })
  const port = await listen(t, server)
  const resolve = async () => records(['127.0.0.1'])
  const trusting = sandbox(t, { resolve, ca: cert })
  const send = (outgoing: Outgoing, host: string) => outgoing.send(get(`https://${host}:${port}/`))
  assert.deepEqual(await send(trusting, 'shop.example'), answered(200, 'secure'))
  assert.deepEqual(await send(trusting, 'other.example'), failed('tls'))
  assert.deepEqual(await send(trusting, '127.0.0.1'), failed('tls'))
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  t.after(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'])
  assert.deepEqual(await send(sandbox(t, { resolve }), 'shop.example'), failed('tls'))
  assert.deepEqual(seen, ['shop.example', `shop.example:${port}`])
  const plain = await serve(t, (_, response) => response.end())
  assert.deepEqual(await sandbox(t).send(get(`https://127.0.0.1:${plain.port}/`)), failed('tls'))
})
