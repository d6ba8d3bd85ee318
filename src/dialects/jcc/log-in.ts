import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../gateway/ports.ts'
import { actingFor } from './acting.ts'
import { UNPRINTABLE } from './bind.ts'
import { WireError } from './codes.ts'
import { type Caller, type Context, DIALECT, type LogInRequest } from './operation.ts'
import { type Parameters, scalarText } from './parameters.ts'
import { hashPassword, isPassword, PASSWORD_COST, type PasswordCost } from './password.ts'
import type { ApiUser, ApiUserStore, LogInBudget, StoredPassword } from './ports.ts'
import { MERCHANT_KEY } from './settings.ts'
import { isSigned, openTokenDigest } from './signed-request.ts'

/** PCI DSS 8.3.4 asks for at most ten, and for half an hour at least. */
const BUDGET: LogInBudget = { address: 10, user: 100, lockMs: 30 * 60_000 }

// A change made on another node is seen after this.
const USER_FRESH_MS = 5_000
/** For so long a password that was right is known by a keyed digest, without its slow hash. */
const DIGEST_FRESH_MS = 5 * 60_000
const ENTRIES_MAX = 10_000
/** Passwords whose slow hash is waited for; each takes memory and a tenth of a second. */
const WAITING_MAX = 32

export interface LogInParts {
  readonly store: ApiUserStore
  readonly clock: Clock
  /** What a hash costs that is made only to take the time. */
  readonly cost?: PasswordCost | undefined
}

/** How merchants' servers show who they are; remembers what it has found out for a while. */
export function createLogIn({ store, clock, cost = PASSWORD_COST }: LogInParts): Context['logIn'] {
  const users = createCache<Promise<ApiUser | undefined>>(clock, USER_FRESH_MS)
  const digests = createCache<Buffer>(clock, DIGEST_FRESH_MS)
  const digestKey = randomBytes(32)
  const inTurn = createTurns(WAITING_MAX)
  // Somebody unknown waits as long as somebody known.
  let decoy: Promise<string> | undefined

  const find = (name: string, load: (at: Date) => Promise<ApiUser | undefined>) => {
    const known = users.get(name)
    if (known !== undefined) return known
    const found = load(clock.now())
    users.set(name, found)
    // A failure or an unknown name is not remembered.
    const forget = () => users.delete(name)
    found.then((user) => user ?? forget(), forget)
    return found
  }

  const digestOf = (user: ApiUser, password: string) =>
    createHmac('sha256', digestKey).update(`${user.userName}\0${password}`).digest()

  const isKnown = (user: ApiUser, password: string) =>
    openPasswords(user, clock.now()).some(({ passwordId }) => {
      const known = digests.get(passwordId)
      return known !== undefined && timingSafeEqual(known, digestOf(user, password))
    })

  const check = async (user: ApiUser, password: string, address: string): Promise<boolean> => {
    const { merchantId, userName } = user
    const attempt = { merchantId, userName, address, at: clock.now() }
    if (!(await store.countAttempt(attempt, BUDGET))) return false
    const open = openPasswords(user, attempt.at)
    const right = await inTurn(() => firstThat(open, ({ hash }) => isPassword(password, hash)))
    if (right === undefined) return false
    digests.set(right.passwordId, digestOf(user, password))
    await store.forgetAttempts(attempt)
    return true
  }

  const byPassword = async (userName: string, password: string, address: string) => {
    const name = `name/${userName}`
    const known = await find(name, (at) => store.find(userName, at))
    if (known !== undefined && isKnown(known, password)) return known
    // What is remembered may be older than the password.
    users.delete(name)
    const user = await find(name, (at) => store.find(userName, at))
    if (user !== undefined) return (await check(user, password, address)) ? user : undefined
    await inTurn(async () => isPassword(password, await (decoy ??= hashPassword('', cost))))
    return undefined
  }

  const byOpenToken = (openToken: string) => {
    const digest = openTokenDigest(openToken)
    return find(`token/${digest.toString('hex')}`, (at) => store.findByOpenToken(digest, at))
  }

  return async (request) => {
    const { openToken, userName, password } = credentialsIn(request)
    const user =
      openToken === undefined
        ? await byPassword(userName, password, request.ip)
        : await byOpenToken(openToken)
    const access = user && (await request.gateway.merchantAccess(user.merchantId, DIALECT))
    if (user === undefined || access === undefined) throw new WireError('5', 'accessDenied')
    checkSignature(request, { user, access })
    return actor(request, { user, access })
  }
}

/** An open token, which a browser may hold, acts for its own merchant only. */
async function actor(request: LogInRequest, caller: Caller): Promise<Caller> {
  const login = request.mayAct ? textIn(request.parameters, 'merchantlogin') : undefined
  if (login === undefined) return caller
  const acting = await actingFor(request, caller, login)
  const isByToken = request.parameters.has('token')
  if (acting !== caller && isByToken) throw new WireError('5', 'accessDenied')
  return acting
}

interface Credentials {
  readonly openToken: string | undefined
  readonly userName: string
  readonly password: string
}

/** @throws WireError for missing ones, and for both kinds at once. */
function credentialsIn({ parameters, openToken: mayBeToken, missing }: LogInRequest): Credentials {
  const userName = textIn(parameters, 'username')
  const password = textIn(parameters, 'password')
  const openToken = textIn(parameters, 'token')
  if (openToken !== undefined) {
    const isAlone = userName === undefined && password === undefined
    if (!mayBeToken || !isAlone) throw new WireError('5', 'accessDenied')
    return { openToken, userName: '', password: '' }
  }
  if (userName === undefined) throw new WireError(missing, 'userNameEmpty')
  if (password === undefined) throw new WireError(missing, 'passwordEmpty')
  return { openToken, userName, password }
}

const CREDENTIAL_LENGTH_MAX = 256

function textIn(parameters: Parameters, name: string): string | undefined {
  const values = parameters.get(name)
  if (values === undefined) return undefined
  const [text, ...others] = values.map((value) => scalarText(value))
  const isOne = others.every((other) => other === text)
  // A name is looked for before its method reads it, and the database takes no NUL.
  const isText = text !== undefined && isOne && !UNPRINTABLE.test(text)
  if (!isText || text.length > CREDENTIAL_LENGTH_MAX) throw new WireError('5', 'accessDenied')
  return text
}

/** @throws WireError 5 for a wrong signature, and for a missing one that is demanded. */
function checkSignature({ headers, body }: LogInRequest, { user, access }: Caller): void {
  const hash = headers['x-hash']
  const signature = headers['x-signature']
  if (typeof hash !== 'string' || typeof signature !== 'string') {
    const isUnsigned = hash === undefined && signature === undefined
    if (isUnsigned && !user.mustSign) return
    throw new WireError('5', 'accessDenied')
  }
  const keys = access.keys.filter(({ kind }) => kind === MERCHANT_KEY).map(({ key }) => key)
  if (!isSigned(body, { hash, signature }, keys)) throw new WireError('5', 'accessDenied')
}

function openPasswords({ passwords }: ApiUser, at: Date): readonly StoredPassword[] {
  return passwords.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at)
}

async function firstThat(
  passwords: readonly StoredPassword[],
  isRight: (password: StoredPassword) => Promise<boolean>,
): Promise<StoredPassword | undefined> {
  for (const password of passwords) if (await isRight(password)) return password
  return undefined
}

/** Runs one piece of work after the other; refuses more than `waitingMax`. */
function createTurns(waitingMax: number) {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= waitingMax) throw new WireError('7', 'overload')
    waiting += 1
    const turn = last.then(work)
    last = turn.catch(() => {})
    try {
      return await turn
    } finally {
      waiting -= 1
    }
  }
}

function createCache<Value>(clock: Clock, freshMs: number) {
  const entries = new Map<string, { readonly until: number; readonly value: Value }>()
  return {
    get(name: string): Value | undefined {
      const entry = entries.get(name)
      return entry !== undefined && entry.until > clock.now().getTime() ? entry.value : undefined
    },
    set(name: string, value: Value): void {
      if (entries.size >= ENTRIES_MAX) entries.clear()
      entries.set(name, { until: clock.in(freshMs).getTime(), value })
    },
    delete(name: string): void {
      entries.delete(name)
    },
  }
}
