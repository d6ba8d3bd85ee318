/** Every setting, its unit and its limits. Read once, at the start. */
export interface Config {
  /** Where to listen. Port 0 picks one. */
  readonly host: string
  readonly port: number
  /** Where payers' browsers reach us; undefined is the listening address. */
  readonly publicUrl: string | undefined
  /** Undefined runs the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  /** The vault's own connection, for a role of its own; undefined is the same as `databaseUrl`. */
  readonly vaultDatabaseUrl: string | undefined
  readonly dataDir: string
  /** File of 32 bytes: the key-encryption key. */
  readonly kekFile: string | undefined
  /** The 3-D Secure directory server; undefined is no 3-D Secure. */
  readonly directoryServerUrl: string | undefined
  /** The name that Google Pay knows the gateway by; undefined is no Google Pay. */
  readonly googlePayGateway: string | undefined
  /** File of the `keys.json` that Google publishes. */
  readonly googlePayKeysFile: string | undefined
  /** Connections to PostgreSQL, 4 to 200. */
  readonly connections: number
  readonly logLevel: 'info' | 'warn' | 'silent'
}

/** A setting that is missing or wrong; the message is one sentence for its operator. */
export class ConfigError extends Error {}

/**
 * @param env as in `process.env`.
 * @throws ConfigError that names the variable.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return {
    host: textOf(env, 'HOST') ?? '127.0.0.1',
    port: numberOf(env, 'PORT', { least: 0, most: 65_535 }) ?? 8_080,
    publicUrl: urlOf(env, 'TESSERA_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/+$/, ''),
    databaseUrl: urlOf(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    vaultDatabaseUrl: urlOf(env, 'VAULT_DATABASE_URL', ['postgres:', 'postgresql:']),
    dataDir: textOf(env, 'TESSERA_DATA_DIR') ?? './data',
    kekFile: textOf(env, 'TESSERA_KEK_FILE'),
    directoryServerUrl: urlOf(env, 'TESSERA_DIRECTORY_SERVER_URL', ['https:']),
    googlePayGateway: textOf(env, 'TESSERA_GOOGLE_PAY_GATEWAY'),
    googlePayKeysFile: textOf(env, 'TESSERA_GOOGLE_PAY_KEYS_FILE'),
    connections: numberOf(env, 'TESSERA_DB_CONNECTIONS', { least: 4, most: 200 }) ?? 12,
    logLevel: levelOf(textOf(env, 'TESSERA_LOG') ?? 'info'),
  }
}

type Env = Readonly<Record<string, string | undefined>>

function textOf(env: Env, name: string): string | undefined {
  const text = env[name]?.trim()
  return text === '' ? undefined : text
}

function numberOf(env: Env, name: string, limits: { least: number; most: number }) {
  const text = textOf(env, name)
  if (text === undefined) return undefined
  const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : -1
  if (value < limits.least || value > limits.most) {
    throw new ConfigError(`${name} must be a number from ${limits.least} to ${limits.most}`)
  }
  return value
}

function urlOf(env: Env, name: string, protocols: readonly string[]): string | undefined {
  const text = textOf(env, name)
  if (text === undefined) return undefined
  if (!protocols.includes(URL.parse(text)?.protocol ?? '')) {
    throw new ConfigError(`${name} must be a URL that starts with ${protocols.join(' or ')}//`)
  }
  return text
}

function levelOf(text: string): Config['logLevel'] {
  if (text === 'info' || text === 'warn' || text === 'silent') return text
  throw new ConfigError('TESSERA_LOG must be info, warn or silent')
}
