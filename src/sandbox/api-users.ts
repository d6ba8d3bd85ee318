import { addPassword } from '../cli/api-user.ts'
import type { Base } from '../cli/base.ts'
import type { PasswordCost } from '../dialects/jcc/password.ts'
import { PERMISSIONS } from '../dialects/jcc/ports.ts'
import { postgresApiUserStore } from '../storage/postgres/api-user-store.ts'

/** The demo merchant in JCC's currency, which has the API user of JCC's documents. */
export const JCC_MERCHANT = 'CY01'

/** Everybody may know these passwords, and a sandbox should start at once. */
export const SANDBOX_PASSWORD_COST: PasswordCost = { log2Rounds: 10, blockSize: 8 }

/** A demo merchant's API user: `test_user` as the documents have it, `jt01-api` and so on. */
export function demoApiUser(merchantId: string) {
  const userName = merchantId === JCC_MERCHANT ? 'test_user' : `${merchantId.toLowerCase()}-api`
  return { userName, password: `${userName}_password` }
}

/** Adds a demo merchant's API user, where it is missing; it may do everything there is. */
export async function keepApiUser(base: Base, merchantId: string): Promise<void> {
  const { userName, password } = demoApiUser(merchantId)
  const user = { merchantId, userName }
  const users = postgresApiUserStore(base.database)
  const isNew = await users.add(
    { ...user, permissions: PERMISSIONS, mustSign: false, openTokenDigest: undefined },
    base.clock.now(),
  )
  if (!isNew) {
    await users.permit(userName, PERMISSIONS)
    return
  }
  const oldUntil = base.clock.now()
  await addPassword(base, user, { password, oldUntil, cost: SANDBOX_PASSWORD_COST })
  await base.merchants.setAccount(merchantId, 'jcc', {
    account: userName,
    settings: {},
    at: oldUntil,
  })
}
