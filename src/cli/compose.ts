import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { createFailureBudget } from '../dialects/jcc/failure-budget.ts'
import { jcc, type JccOptions } from '../dialects/jcc/jcc.ts'
import { createLogIn } from '../dialects/jcc/log-in.ts'
import type { PasswordCost } from '../dialects/jcc/password.ts'
import { createSeTokens, type SeTokens } from '../dialects/jcc/open-se-token.ts'
import { PAYMENT_PAGE } from '../dialects/jcc/payment-page.ts'
import { openApi } from '../dialects/openapi.ts'
import { CASHIER_PATH } from '../dialects/payermax/links.ts'
import { payerMax } from '../dialects/payermax/payermax.ts'
import { twoC2p } from '../dialects/twoc2p/twoc2p.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { createMerchantAccesses } from '../gateway/merchants.ts'
import type { Limits } from '../gateway/parts.ts'
import type { Authenticator } from '../gateway/authentication-ports.ts'
import type { Acquirer } from '../gateway/acquirer-ports.ts'
import type { Outgoing } from '../gateway/notification-ports.ts'
import type { Clock } from '../gateway/ports.ts'
import type { Reporter } from '../gateway/reporter.ts'
import { createSessionTokens } from '../gateway/session-token.ts'
import { createOutgoing } from '../http/outgoing.ts'
import { createServer } from '../http/server.ts'
import type { Assets } from '../page/assets.ts'
import { addDocumentRoutes } from '../page/document-routes.ts'
import { addFieldsRoutes } from '../page/fields-routes.ts'
import { addIconRoutes } from '../page/icon-routes.ts'
import { addHostedRoutes } from '../page/hosted-routes.ts'
import { addMy2c2pRoutes } from '../page/my2c2p-routes.ts'
import { addThreedsRoutes, type PageOptions, threedsUrls } from '../page/threeds-routes.ts'
import { addWalletRoutes } from '../page/wallet-routes.ts'
import { postgresApiUserStore } from '../storage/postgres/api-user-store.ts'
import { postgresAuthenticationStore } from '../storage/postgres/authentication-store.ts'
import { postgresHoldStore } from '../storage/postgres/hold-store.ts'
import { isMigrated } from '../storage/postgres/migrate.ts'
import { postgresNotificationStore } from '../storage/postgres/notification-store.ts'
import { postgresOrderStore } from '../storage/postgres/order-store.ts'
import { postgresPaymentStore } from '../storage/postgres/payment-store.ts'
import { postgresSeTokenStore } from '../storage/postgres/se-token-store.ts'
import { postgresVaultTokenStore } from '../storage/postgres/vault-token-store.ts'
import { postgresWalletStore } from '../storage/postgres/wallet-store.ts'
import { postgresWalletUseStore } from '../storage/postgres/wallet-use-store.ts'
import { createThreedsServer, type ThreedsServer } from '../threeds/server.ts'
import { PLATFORM } from '../vault/keyring.ts'
import type { KekProvider } from '../vault/ports.ts'
import { createSecurePay } from '../vault/secure-pay.ts'
import { createWalletPayments, type WalletTrust } from '../vault/wallet-payments.ts'
import { type Base, composeBase } from './base.ts'
import { createIds } from './ids.ts'
import { createLog, type LogSink } from './log.ts'
import { type Loop, startLoop } from './loop.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { postJson } from './post-json.ts'
import { VERSION } from './version.ts'

const LOOP_PAUSE_MS = 500

/** Where payers open the hosted page; the order stands in the fragment. */
const PAGE_PATHS = ['/payment/4.3', '/payment/4.2', '/payment/4.1', PAYMENT_PAGE, CASHIER_PATH]

/** What differs between the sandbox, production and tests. */
export interface Given {
  readonly config: Config
  readonly databaseUrl: string
  readonly kek: KekProvider
  readonly acquirer: Acquirer
  readonly isSandbox: boolean
  readonly limits: Limits
  readonly logSink: LogSink
  readonly clock?: Clock
  /** The 3-D Secure directory server; undefined where there is none. */
  readonly directoryServerUrl: ((publicUrl: string) => string) | undefined
  readonly assets: Assets
  /** Whose signatures the messages of payers' wallets must have. */
  readonly walletTrust: () => Promise<WalletTrust>
  readonly googlePay: JccOptions['googlePay']
  /** What API users' passwords cost to check; undefined is the full price. */
  readonly passwordCost?: PasswordCost
  /** Runs before anything is read: migrations, checks, demo data. */
  readonly prepare: (base: Base) => Promise<void>
}

export interface Program extends Base {
  readonly gateway: Gateway
  readonly app: FastifyInstance
  readonly dialects: readonly Dialect[]
  readonly publicUrl: () => string
  readonly page: PageOptions
  /** Listens, and starts the loops that finish what was left. @returns the address. */
  start(): Promise<string>
}

/** Puts the program together; nothing runs until `start`. */
export async function compose(given: Given): Promise<Program> {
  const { config, isSandbox } = given
  const base = composeBase(given)
  await given.prepare(base).catch(async (error: unknown) => {
    await base.close()
    throw error
  })
  const metrics = createMetrics(base.database)
  const logger = createLog(config.logLevel, given.logSink, () => metrics.panInLog())
  // Where the port is picked at the start, the address is known only then.
  let address = `http://${config.host}:${config.port}`
  const publicUrl = () => config.publicUrl ?? address
  const dialects = dialectsOf(given, base, publicUrl)
  const outgoing = createOutgoing({
    allowPrivateNetworks: isSandbox,
    connectTimeoutMs: 5_000,
    totalTimeoutMs: 15_000,
  })
  const reporter = report(logger, metrics)
  const voices = { dialects, outgoing, reporter, publicUrl }
  const gateway = await composeGateway(given, base, voices)
  const app = createServer({
    logger,
    metrics: metrics.registry,
    isReady: () => isMigrated(base.database),
    openApi: openApi(dialects, VERSION),
  })
  for (const dialect of dialects) dialect.register(app, gateway)
  const page = { gateway, publicUrl, resultUrl: resultUrl(publicUrl) }
  addThreedsRoutes(app, page)
  addHostedRoutes(app, page)
  addWalletRoutes(app, page)
  addIconRoutes(app)
  addDocumentRoutes(app, given.assets.page, PAGE_PATHS)
  addFieldsRoutes(app, given.assets.fields, async (merchantId) => {
    const access = await gateway.merchantAccess(merchantId, 'twoc2p')
    return access?.merchant.returnHosts ?? []
  })
  await addMy2c2pRoutes(app)
  const loops: Loop[] = []
  return {
    ...base,
    gateway,
    app,
    dialects,
    publicUrl,
    page,
    async start() {
      address = await app.listen({ host: config.host, port: config.port })
      const options = (kind: string) => ({
        pauseMs: LOOP_PAUSE_MS,
        failed: () => logger.error({ kind }, 'loop_failed'),
      })
      loops.push(startLoop(() => gateway.recover(), options('recovery')))
      loops.push(startLoop(() => gateway.deliverDue(), options('delivery')))
      loops.push(startLoop(() => gateway.expireAuthentications(), options('authentication')))
      loops.push(startLoop(() => gateway.expireOrders(), options('expiry')))
      loops.push(startLoop(() => gateway.endHolds(), options('holds')))
      loops.push(startLoop(() => gateway.forget(), { ...options('forgetting'), pauseMs: 30_000 }))
      return address
    },
    async close() {
      await app.close()
      await Promise.all(loops.map((loop) => loop.stop()))
      await gateway.idle()
      outgoing.close()
      await base.close()
    },
  }
}

function dialectsOf(
  { isSandbox, passwordCost: cost, googlePay }: Given,
  base: Base,
  publicUrl: () => string,
): readonly Dialect[] {
  const { database, clock } = base
  const logIn = createLogIn({ store: postgresApiUserStore(database), clock, cost })
  return [
    twoC2p({ publicUrl, explains: isSandbox }),
    jcc({ publicUrl, logIn, seTokens: seTokensOf(base), googlePay }),
    payerMax({ publicUrl, isSandbox, clock }),
  ]
}

async function composeGateway(
  given: Given,
  { database, vaultDatabase, merchants, vault, keyring, clientKeys, walletKeys, clock }: Base,
  voices: {
    readonly dialects: readonly Dialect[]
    readonly outgoing: Outgoing
    readonly reporter: Reporter
    readonly publicUrl: () => string
  },
): Promise<Gateway> {
  const { bytes } = await keyring.active(PLATFORM, 'session')
  const sessionTokens = createSessionTokens(bytes)
  const accesses = createMerchantAccesses({ store: merchants, vault, clock })
  return createGateway({
    clock,
    authentications: postgresAuthenticationStore(database),
    authenticator: authenticatorOf(given, clock, voices.publicUrl),
    threedsUrls: (order) =>
      threedsUrls(voices.publicUrl(), sessionTokens.seal(order).toString('base64url')),
    ids: createIds(clock),
    orders: postgresOrderStore(database),
    payments: postgresPaymentStore(database),
    holds: postgresHoldStore(database),
    notifications: postgresNotificationStore(database),
    vaultTokens: postgresVaultTokenStore(database),
    wallets: postgresWalletStore(database),
    vault,
    clientCards: createSecurePay({ keys: clientKeys, clock }),
    walletPayments: createWalletPayments({
      keys: walletKeys,
      uses: postgresWalletUseStore(vaultDatabase),
      clock,
      trust: given.walletTrust,
    }),
    acquirer: given.acquirer,
    outgoing: voices.outgoing,
    reporter: voices.reporter,
    sessionTokens,
    voices: new Map(voices.dialects.map((dialect) => [dialect.name, dialect])),
    limits: given.limits,
    merchants,
    merchantAccess: (...who) => accesses.find(...who),
    merchantByAccount: (...who) => accesses.byAccount(...who),
  })
}

/** The 3DS server, made when it is first asked: until we listen, the sandbox's address is open. */
function authenticatorOf(
  { directoryServerUrl }: Given,
  clock: Clock,
  publicUrl: () => string,
): Authenticator | undefined {
  if (directoryServerUrl === undefined) return undefined
  let made: ThreedsServer | undefined
  const server = () =>
    (made ??= createThreedsServer({
      directoryServerUrl: directoryServerUrl(publicUrl()),
      send: postJson,
      clock,
      challengeWindowSize: '05',
    }))
  return {
    lookup: (pan) => server().lookup(pan),
    authenticate: (request) => server().authenticate(request),
    readResults: (...message) => server().readResults(...message),
  }
}

function report(logger: Logger, metrics: Metrics): Reporter {
  return {
    event(name, fields) {
      metrics.count(name, fields.outcome ?? fields.kind ?? '')
      logger.info(fields, name)
    },
  }
}

/** Where a payer sees how an order ended, when its merchant has no page of its own for that. */
function resultUrl(publicUrl: () => string): (sessionToken: Buffer) => string {
  return (sessionToken) =>
    `${publicUrl()}/payment/4.3/#/info/${encodeURIComponent(sessionToken.toString('base64'))}`
}

const SE_TOKEN_FAILURES = { address: 20, merchant: 1_000, windowMs: 5 * 60_000 } as const
const DAY_MS = 24 * 60 * 60_000

/** Cards that payers' clients encrypt in the fashion of JCC; garbage soon falls on deaf ears. */
function seTokensOf({ clientKeys, database, clock }: Base): SeTokens {
  const store = postgresSeTokenStore(database)
  return createSeTokens({
    keys: {
      async publicKeys() {
        const keys = await clientKeys.publicKeys('seToken')
        // Without an end it is good for a day at least: so long a rotation leaves it.
        return keys.map(({ publicKey, goodUntil = clock.in(DAY_MS) }) => ({ publicKey, goodUntil }))
      },
      open: (block) => clientKeys.decryptAll('seToken', block),
    },
    store,
    clock,
    budget: createFailureBudget({ store, clock, limits: SE_TOKEN_FAILURES }),
  })
}
