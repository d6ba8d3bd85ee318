import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openLedger } from '../acquirers/simulator/ledger.ts'
import { createSimulator } from '../acquirers/simulator/simulator.ts'
import type { Config } from '../config.ts'
import type { Limits } from '../gateway/parts.ts'
import type { Acquirer } from '../gateway/acquirer-ports.ts'
import { readAssets } from '../page/assets.ts'
import { SANDBOX_PASSWORD_COST } from '../sandbox/api-users.ts'
import { seedMerchants } from '../sandbox/merchants.ts'
import { seedPayerMaxAccounts, seedPayerMaxTokens } from '../sandbox/payermax.ts'
import { addSandboxRoutes, firstCurl } from '../sandbox/routes.ts'
import { addWalletRoutes, createSandboxWallets, SANDBOX_GATEWAY } from '../sandbox/wallets.ts'
import { startEmbeddedPostgres } from '../storage/embedded.ts'
import { migrate } from '../storage/postgres/migrate.ts'
import { registerThreedsSandbox } from '../threeds/sandbox.ts'
import { localKek, readKekFile } from '../vault/kek-local.ts'
import { compose, type Program } from './compose.ts'
import { systemClock } from './ids.ts'
import { refuseForeignKeys } from './installation.ts'
import type { LogSink } from './log.ts'
import { postJson } from './post-json.ts'

const ACQUIRER_TIMEOUT_MS = 3_000
const SLOW_ANSWER_MS = 1_500

const LIMITS: Limits = {
  inDoubtAfterMs: ACQUIRER_TIMEOUT_MS + 1_500,
  adoptWithinMs: 5 * 60_000,
  deliveryLeaseMs: 30_000,
  deliveriesAtOnce: 64,
  reversalWindowMs: 24 * 3_600_000,
  authenticationMs: 10 * 60_000,
  resultsGraceMs: 5_000,
}

export interface SandboxOptions {
  readonly config: Config
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logSink: LogSink
  /** For tests: puts something between gateway and simulator, or shortens the waiting. */
  readonly between?: (simulator: Acquirer) => Acquirer
  readonly limits?: Partial<Limits> & { readonly acquirerTimeoutMs?: number }
}

export interface Sandbox {
  readonly program: Program
  readonly url: string
  /** A command that opens a first order. */
  readonly curl: string
  close(): Promise<void>
}

/** The whole gateway offline: embedded PostgreSQL, simulated acquirer, demo merchants. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { config, env } = options
  await mkdir(config.dataDir, { recursive: true })
  const kek = localKek(await sandboxKek(config), 'sandbox')
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dir: join(config.dataDir, 'postgres') })
      : undefined
  const ledger = openLedger(join(config.dataDir, 'simulator-ledger.sqlite'))
  const { acquirerTimeoutMs: timeoutMs = ACQUIRER_TIMEOUT_MS, ...limits } = options.limits ?? {}
  const slowMs = Math.min(SLOW_ANSWER_MS, timeoutMs / 2)
  const simulator = createSimulator({ ledger, clock: systemClock, timeoutMs, slowMs })
  const wallets = createSandboxWallets(systemClock)
  let program: Program | undefined
  const close = async () => {
    await program?.close()
    ledger.close()
    await embedded?.stop()
  }
  try {
    program = await compose({
      config,
      databaseUrl: config.databaseUrl ?? embedded?.url ?? '',
      kek,
      acquirer: options.between?.(simulator) ?? simulator,
      isSandbox: true,
      assets: await readAssets(),
      walletTrust: wallets.trust,
      googlePay: { gateway: SANDBOX_GATEWAY, environment: 'TEST' },
      passwordCost: SANDBOX_PASSWORD_COST,
      directoryServerUrl: (publicUrl) => `${publicUrl}/sandbox/3ds/directory`,
      limits: { ...LIMITS, ...limits },
      logSink: options.logSink,
      prepare: async (base) => {
        await refuseForeignKeys(base.vaultDatabase, kek.kekId)
        await migrate(base.database)
        await seedMerchants(base, env)
        await seedPayerMaxAccounts(base)
      },
    })
    await seedPayerMaxTokens(program)
    addSandboxRoutes(program, ledger)
    addWalletRoutes(program, wallets)
    const { app, publicUrl } = program
    registerThreedsSandbox(app, { publicUrl, clock: systemClock, send: postJson })
    const url = await program.start()
    return { program, url, curl: await firstCurl(program), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The sandbox's own key-encryption key, made at the first start; it is no production key. */
async function sandboxKek({ kekFile, dataDir }: Config): Promise<Buffer> {
  if (kekFile !== undefined) return readKekFile(kekFile)
  const path = join(dataDir, 'sandbox.kek')
  // 'wx' makes the file or leaves the one that is there.
  await writeFile(path, randomBytes(32), { flag: 'wx', mode: 0o400 }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  })
  return readKekFile(path)
}
