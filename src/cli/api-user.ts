import { randomBytes, randomUUID } from 'node:crypto'
import { type Config, ConfigError } from '../config.ts'
import { hashPassword, type PasswordCost } from '../dialects/jcc/password.ts'
import { type Permission, PERMISSIONS } from '../dialects/jcc/ports.ts'
import { openTokenDigest } from '../dialects/jcc/signed-request.ts'
import { type ListedApiUser, postgresApiUserStore } from '../storage/postgres/api-user-store.ts'
import type { Base } from './base.ts'
import { refuseUnknownMerchant, withBase } from './with-base.ts'

/** What pays money out is granted by name alone. */
const USUAL = PERMISSIONS.filter((permission) => permission !== 'credit')

const LOGIN_FORM = /^[!-~]{1,100}$/

export interface NewApiUserOptions {
  readonly merchantId: string
  readonly userName: string
  /** All of them but `credit` when absent. */
  readonly permission?: readonly string[]
  readonly mustSign: boolean
  readonly withOpenToken: boolean
}

export interface ApiUserSecrets {
  readonly password: string
  readonly openToken: string | undefined
}

/** Adds an API user of a merchant. @returns its secrets, shown this once. */
export function addApiUser(config: Config, options: NewApiUserOptions): Promise<ApiUserSecrets> {
  const permissions = checkedPermissions(options.permission)
  const { merchantId, userName, mustSign } = options
  if (!LOGIN_FORM.test(userName)) {
    throw new ConfigError('A login has 1 to 100 printable characters without spaces')
  }
  const openToken = options.withOpenToken ? randomBytes(20).toString('hex') : undefined
  const digest = openToken === undefined ? undefined : openTokenDigest(openToken)
  return withBase(config, async (base) => {
    await refuseUnknownMerchant(base, merchantId)
    const user = { merchantId, userName, permissions, mustSign, openTokenDigest: digest }
    if (!(await postgresApiUserStore(base.database).add(user, base.clock.now()))) {
      throw new ConfigError(`The login ${userName} is taken`)
    }
    return { password: await newPassword(base, user, 0), openToken }
  })
}

/** Gives an API user a new password; the old one stays good for `overlapHours`. */
export function rotatePassword(
  config: Config,
  userName: string,
  overlapHours: number,
): Promise<string> {
  return withBase(config, async (base) => {
    const user = await postgresApiUserStore(base.database).find(userName, base.clock.now())
    if (user === undefined) throw new ConfigError(`There is no API user ${userName}`)
    return newPassword(base, user, overlapHours)
  })
}

/** Sets what an API user may do; nodes that know it notice within seconds. */
export function permitApiUser(
  config: Config,
  userName: string,
  names: readonly string[],
): Promise<void> {
  const permissions = checkedPermissions(names)
  return withBase(config, async ({ database }) => {
    const isDone = await postgresApiUserStore(database).permit(userName, permissions)
    if (!isDone) throw new ConfigError(`There is no API user ${userName}`)
  })
}

/** Shuts an API user out; nodes that know it notice within seconds. */
export function disableApiUser(config: Config, userName: string): Promise<void> {
  return withBase(config, async ({ database, clock }) => {
    const isDone = await postgresApiUserStore(database).disable(userName, clock.now())
    if (!isDone) throw new ConfigError(`There is no API user ${userName} that is not disabled`)
  })
}

export function listApiUsers(
  config: Config,
  merchantId: string,
): Promise<readonly ListedApiUser[]> {
  return withBase(config, async (base) => {
    await refuseUnknownMerchant(base, merchantId)
    return postgresApiUserStore(base.database).list(merchantId)
  })
}

/** Stores a password. The sandbox, whose passwords everybody knows, hashes them cheaply. */
export async function addPassword(
  { database, clock }: Base,
  user: { readonly merchantId: string; readonly userName: string },
  entry: { readonly password: string; readonly oldUntil: Date; readonly cost?: PasswordCost },
): Promise<void> {
  const { password, oldUntil, cost } = entry
  const hash = await hashPassword(password, cost)
  const stored = { passwordId: randomUUID(), hash, at: clock.now(), oldUntil }
  await postgresApiUserStore(database).addPassword(user, stored)
}

async function newPassword(
  base: Base,
  user: { readonly merchantId: string; readonly userName: string },
  overlapHours: number,
): Promise<string> {
  const password = randomBytes(18).toString('base64url')
  const oldUntil = base.clock.in(overlapHours * 3_600_000)
  await addPassword(base, user, { password, oldUntil })
  return password
}

function checkedPermissions(given: readonly string[] = USUAL): readonly Permission[] {
  const unknown = given.find((name) => !PERMISSIONS.some((permission) => permission === name))
  if (unknown !== undefined) {
    throw new ConfigError(`${unknown} is no permission; there are ${PERMISSIONS.join(', ')}`)
  }
  return PERMISSIONS.filter((permission) => given.includes(permission))
}
