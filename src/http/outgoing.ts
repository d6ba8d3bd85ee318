import { promises as dns, type LookupAddress } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, isIPv4, type LookupFunction, type Socket } from 'node:net'

/** One call to a URL that a merchant gave. */
export interface OutgoingRequest {
  url: string
  method: 'GET' | 'POST'
  /** Host, length and connection headers are ours: they are dropped from here. */
  headers: Record<string, string>
  body?: string
}

/**
 * Why there is no answer. `busy`: half the total time went by without a turn, so nothing was sent.
 * After `timeout`, `reset`, `protocol` and `too_large` the far side may have acted.
 */
export type OutgoingFailure =
  | 'refused_url'
  | 'refused_address'
  | 'resolve'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'too_large'
  | 'busy'
  | 'closed'

/** What came back; a redirect is an answer like any other, with its 3xx status. */
export type OutgoingAnswer =
  | {
      kind: 'answered'
      status: number
      /** The first 16 KiB as UTF-8; what follows them is not read. */
      body: string
      /** From `Retry-After` in either of its forms, at most a day. */
      retryAfterSeconds?: number
    }
  | { kind: 'failed'; reason: OutgoingFailure }

/** How strict to be, and how patient. */
export interface OutgoingOptions {
  /** For the sandbox: also private addresses, `http:`, IP literals and any port. */
  allowPrivateNetworks: boolean
  /** Also `http:`, on port 80. */
  allowHttp?: boolean
  /** Ports other than the scheme's own; 8443 when not said. */
  allowedPorts?: readonly number[]
  /** Networks (`10.1.0.0/16`) that names may lead to although private. */
  allowedNetworks?: readonly string[]
  /** Networks that nothing may lead to, such as our own listeners'; this one wins. */
  deniedNetworks?: readonly string[]
  /** For name resolution, TCP and TLS together. */
  connectTimeoutMs: number
  /** For everything, waiting for a turn included. */
  totalTimeoutMs: number
  /** Requests under way at once: in all, and per host and port. Idle connections come on top. */
  maxSockets?: number
  maxSocketsPerHost?: number
  /** For tests: in place of the system's resolver. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>
  /** For tests: trusted roots in PEM, in place of the usual ones. */
  ca?: string
}

/** The one way to call URLs that merchants gave. */
export interface Outgoing {
  /** Always settles within the total time; rejects only for a header that HTTP cannot carry. */
  send(request: OutgoingRequest): Promise<OutgoingAnswer>
  /** Judges a URL without resolving its name; `send` judges again, with every address. */
  check(url: string): undefined | 'refused_url' | 'refused_address'
  /** Ends every request under way as `closed`, and drops all connections. */
  close(): void
}

const BODY_BYTES_MAX = 16 * 1024
const URL_LENGTH_MAX = 2048
const RETRY_AFTER_SECONDS_MAX = 86_400
const SOCKETS_MAX = 256
const SOCKETS_PER_HOST_MAX = 8
// Below the 5 s after which many servers drop an idle connection.
const IDLE_TIMEOUT_MS = 4000

const isDeniedIpv4 = networks([
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24',
  '192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24',
  '224.0.0.0/4 240.0.0.0/4',
])
// Only this is global unicast: loopback, IPv4-mapped, NAT64, unique-local, link-local and multicast
// addresses all lie outside. Inside are Teredo and its neighbors, 6to4, and documentation.
const isGlobalIpv6 = networks(['2000::/3'])
const isDeniedGlobalIpv6 = networks(['2001::/23 2001:db8::/32 2002::/16 3fff::/20'])
// Cloud metadata services hand out credentials, so they stay refused in the sandbox too.
const isMetadata = networks([
  '169.254.0.0/16 100.100.100.200/32 fe80::/10 fd00:ec2::254/128 64:ff9b::a9fe:0/112',
])

// The message's framing is Node's business: a second opinion from a dialect would contradict it.
const FRAMING_HEADER =
  /^(?:host|connection|content-length|transfer-encoding|expect|upgrade|te|trailer|keep-alive)$/i

/** @throws when a network in the options is not a CIDR. */
export function createOutgoing(options: OutgoingOptions): Outgoing {
  const isAllowed = addressRule(options)
  const judge = urlRule(options, isAllowed)
  const gate = new Gate(options)
  const agents = createAgents(options, checkedLookup(options, isAllowed))
  const exchanges = new Set<Exchange>()
  let isClosed = false

  return {
    check(url) {
      const verdict = judge(url)
      return typeof verdict === 'string' ? verdict : undefined
    },
    async send(request) {
      if (isClosed) return { kind: 'failed', reason: 'closed' }
      const url = judge(request.url)
      if (typeof url === 'string') return { kind: 'failed', reason: url }

      const agent = url.protocol === 'https:' ? agents.secure : agents.plain
      const headers = ownHeaders(request.headers)
      const exchange = new Exchange({ ...request, headers, url, agent }, options)
      exchanges.add(exchange)
      const leave = gate.enter(url.host, () => exchange.begin())
      try {
        return await exchange.answer
      } finally {
        leave()
        exchanges.delete(exchange)
      }
    },
    close() {
      isClosed = true
      for (const exchange of exchanges) exchange.fail('closed')
      agents.plain.destroy()
      agents.secure.destroy()
    },
  }
}

/** Knows each IPv4 network by its IPv4-mapped IPv6 addresses too. */
function networks(cidrs: readonly string[]): (address: string) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const cidr of cidrs.flatMap((line) => line.split(' '))) {
    const [address = '', prefix = ''] = cidr.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    lists[family].addSubnet(address, Number.parseInt(prefix, 10), family)
  }
  return (address) => {
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    return lists[family].check(address, family) || lists.ipv4.check(address, family)
  }
}

function addressRule(options: OutgoingOptions): (address: string) => boolean {
  const isDenied = networks(options.deniedNetworks ?? [])
  const isAllowed = networks(options.allowedNetworks ?? [])
  return (address) => {
    if (isIP(address) === 0 || isDenied(address)) return false
    if (isAllowed(address)) return true
    if (isMetadata(address)) return false
    if (options.allowPrivateNetworks) return true
    if (isIPv4(address)) return !isDeniedIpv4(address)
    return isGlobalIpv6(address) && !isDeniedGlobalIpv6(address)
  }
}

function urlRule(options: OutgoingOptions, isAllowed: (address: string) => boolean) {
  const isSandbox = options.allowPrivateNetworks
  const schemes = isSandbox || options.allowHttp === true ? ['https:', 'http:'] : ['https:']
  const ports = options.allowedPorts ?? [8443]
  const hasPort = ({ port }: URL) => port === '' || ports.includes(Number(port))

  return (text: string): URL | 'refused_url' | 'refused_address' => {
    const url = parsePlainUrl(text)
    if (url === undefined || !schemes.includes(url.protocol)) return 'refused_url'
    // Node resolves names only: a literal address would never reach the checking lookup.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const isLiteral = isIP(host) !== 0
    if (isLiteral && !isAllowed(host)) return 'refused_address'
    if (isSandbox) return url
    if (/(?:^|\.)localhost\.?$/.test(host)) return 'refused_address'
    return isLiteral || !hasPort(url) ? 'refused_url' : url
  }
}

/** Refuses what the URL parser would quietly repair: it is a disguise more often than a slip. */
function parsePlainUrl(text: string): URL | undefined {
  const isPlain = /^https?:\/\/[^\s/?#\\@]+(?:[/?][^\t\n\r#]*)?$/i.test(text)
  return isPlain && text.length <= URL_LENGTH_MAX ? (URL.parse(text) ?? undefined) : undefined
}

/**
 * Resolves once and hands over only what was checked, so the connection goes to a checked address:
 * a name that changes its mind later changes nothing.
 */
function checkedLookup(options: OutgoingOptions, isAllowed: (address: string) => boolean) {
  const resolve = options.resolve ?? ((name: string) => dns.lookup(name, { all: true }))
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    const refuse = (code: string) => callback(Object.assign(new Error(code), { code }), '')
    const accept = (addresses: LookupAddress[]) => {
      const [first] = addresses
      if (first === undefined) refuse('resolve')
      else if (!addresses.every(({ address }) => isAllowed(address))) refuse('refused_address')
      else if (all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    }
    resolve(hostname).then(accept, () => refuse('resolve'))
  }
  return lookup
}

function createAgents({ ca, maxSockets = SOCKETS_MAX }: OutgoingOptions, lookup: LookupFunction) {
  // Without `proxyEnv` an agent of our own uses no proxy, whatever the environment says.
  const shared = { keepAlive: true, timeout: IDLE_TIMEOUT_MS, lookup }
  const plain = new http.Agent(shared)
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
  const secure = new https.Agent({ ...shared, rejectUnauthorized: true, ...(ca ? { ca } : {}) })
  // An agent's own maxTotalSockets counts idle connections, and makes a new host wait for them to
  // end. So the gate limits requests, and this limits idle connections.
  for (const agent of [plain, secure]) {
    const keepSocketAlive = agent.keepSocketAlive.bind(agent)
    agent.keepSocketAlive = (socket) =>
      Object.values(agent.freeSockets).flat().length < maxSockets && keepSocketAlive(socket)
  }
  return { plain, secure }
}

/** Lets so many visits run at once, in all and per host. The others wait; hosts take turns. */
class Gate {
  readonly #max: number
  readonly #maxPerHost: number
  readonly #hosts = new Map<string, { running: number; waiting: Set<() => void> }>()
  #running = 0

  constructor(options: OutgoingOptions) {
    this.#max = options.maxSockets ?? SOCKETS_MAX
    this.#maxPerHost = options.maxSocketsPerHost ?? SOCKETS_PER_HOST_MAX
  }

  /** @returns how to leave, to be called once, whether the visit has begun or not. */
  enter(name: string, begin: () => void): () => void {
    const host = this.#hosts.get(name) ?? { running: 0, waiting: new Set() }
    this.#hosts.set(name, host)
    host.waiting.add(begin)
    this.#admit()
    return () => {
      if (!host.waiting.delete(begin)) {
        host.running--
        this.#running--
      }
      if (host.running + host.waiting.size === 0) this.#hosts.delete(name)
      this.#admit()
    }
  }

  #admit(): void {
    for (const [name, host] of this.#hosts) {
      if (this.#running >= this.#max) return
      const [begin] = host.waiting
      if (begin === undefined || host.running >= this.#maxPerHost) continue
      // It goes to the back of the line, where this loop meets it again.
      this.#hosts.delete(name)
      this.#hosts.set(name, host)
      host.waiting.delete(begin)
      host.running++
      this.#running++
      begin()
    }
  }
}

type Call = Omit<OutgoingRequest, 'url'> & { url: URL; agent: http.Agent }
type Phase = 'connecting' | 'securing' | 'open'

/** One request and its answer. The first thing to settle it wins; the rest is swept up. */
class Exchange {
  readonly #outcome = Promise.withResolvers<OutgoingAnswer>()
  readonly answer = this.#outcome.promise
  readonly #call: Call
  readonly #connectTimeoutMs: number
  readonly #endsAtMs: number
  #totalTimer: NodeJS.Timeout
  #connectTimer: NodeJS.Timeout | undefined
  #phase: Phase = 'connecting'
  #request: http.ClientRequest | undefined
  #isSettled = false

  constructor(call: Call, { connectTimeoutMs, totalTimeoutMs }: OutgoingOptions) {
    this.#call = call
    this.#connectTimeoutMs = connectTimeoutMs
    this.#endsAtMs = performance.now() + totalTimeoutMs
    // A turn that comes too late to get an answer would only blame the far side.
    this.#totalTimer = setTimeout(() => this.fail('busy'), totalTimeoutMs / 2)
  }

  begin(): void {
    if (this.#isSettled) return
    clearTimeout(this.#totalTimer)
    this.#totalTimer = setTimeout(() => this.fail('timeout'), this.#endsAtMs - performance.now())
    const { url, agent, method, headers, body } = this.#call
    // By way of its agent this speaks https too.
    this.#request = http.request(url, { agent, method, headers })
    this.#listen(this.#request)
    this.#request.end(body)
  }

  fail(reason: OutgoingFailure): void {
    if (this.#isSettled) return
    this.#settle({ kind: 'failed', reason })
    this.#request?.destroy()
  }

  #listen(outgoing: http.ClientRequest): void {
    let hasResponse = false
    outgoing.once('socket', (socket) => this.#watch(socket))
    outgoing.once('response', (response) => {
      hasResponse = true
      this.#read(response)
    })
    outgoing.once('upgrade', () => this.fail('protocol'))
    outgoing.on('error', (error) => {
      const reason = reasonOf(error, this.#phase)
      // The far side dropped an idle connection just as we took it: no fault, so once more.
      if (outgoing.reusedSocket && !hasResponse && reason === 'reset') this.begin()
      else this.fail(reason)
    })
    outgoing.once('close', () => {
      if (!hasResponse && this.#request === outgoing) this.fail('reset')
    })
  }

  #watch(socket: Socket): void {
    this.#phase = socket.connecting ? 'connecting' : 'open'
    if (!socket.connecting) return
    this.#connectTimer = setTimeout(() => this.fail('timeout'), this.#connectTimeoutMs)
    socket.once('connect', () => (this.#phase = 'securing'))
    socket.once(this.#call.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      this.#phase = 'open'
      clearTimeout(this.#connectTimer)
    })
  }

  #read(response: http.IncomingMessage): void {
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = () => {
      const body = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString('utf8')
      const wait = retryAfter(response.headers['retry-after'])
      this.#settle({ kind: 'answered', status: response.statusCode ?? 0, body, ...wait })
    }
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes <= BODY_BYTES_MAX) return
      finish()
      response.destroy()
    })
    response.on('error', (error) => this.fail(reasonOf(error, this.#phase)))
    // Not at 'end': only by now is the connection back with the agent, for the next in line.
    response.once('close', () => (response.complete ? finish() : this.fail('reset')))
  }

  #settle(answer: OutgoingAnswer): void {
    this.#isSettled = true
    clearTimeout(this.#totalTimer)
    clearTimeout(this.#connectTimer)
    this.#outcome.resolve(answer)
  }
}

function ownHeaders(headers: Record<string, string>): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => !FRAMING_HEADER.test(name))
  for (const [name, value] of own) {
    http.validateHeaderName(name)
    http.validateHeaderValue(name, value)
  }
  return Object.fromEntries(own)
}

function reasonOf(error: NodeJS.ErrnoException, phase: Phase): OutgoingFailure {
  const code = error.code ?? ''
  if (code === 'resolve' || code === 'refused_address') return code
  if (phase === 'connecting') return 'connect'
  if (phase === 'securing' || code.startsWith('ERR_SSL_')) return 'tls'
  if (code === 'HPE_HEADER_OVERFLOW') return 'too_large'
  return code.startsWith('HPE_') ? 'protocol' : 'reset'
}

function retryAfter(value = ''): { retryAfterSeconds?: number } {
  const untilMs = value.endsWith(' GMT') ? Date.parse(value) : Number.NaN
  const isCount = /^[0-9]{1,10}$/.test(value)
  const seconds = isCount ? Number(value) : Math.ceil((untilMs - Date.now()) / 1000)
  if (Number.isNaN(seconds)) return {}
  return { retryAfterSeconds: Math.min(Math.max(seconds, 0), RETRY_AFTER_SECONDS_MAX) }
}
