import type { ApiUser, ApiUserStore, Permission } from '../../dialects/jcc/ports.ts'
import { type Database, type Query, sql } from './database.ts'

/** What the command line and the sandbox add to the log-in's own view of API users. */
export interface ApiUserAdmin extends ApiUserStore {
  /** @returns false when the login is taken, by whomever. */
  add(user: NewApiUser, at: Date): Promise<boolean>
  /** Sets what a user may do. @returns false when there is none. */
  permit(userName: string, permissions: readonly Permission[]): Promise<boolean>
  /** @returns false when there is none, or it is disabled already. */
  disable(userName: string, at: Date): Promise<boolean>
  list(merchantId: string): Promise<readonly ListedApiUser[]>
  /** Adds a password; those before it stay good until `oldUntil`. */
  addPassword(user: UserName, password: NewPassword): Promise<void>
}

interface UserName {
  readonly merchantId: string
  readonly userName: string
}

export interface NewApiUser extends UserName {
  readonly permissions: readonly Permission[]
  readonly mustSign: boolean
  /** SHA-256 of its open token, where it has one. */
  readonly openTokenDigest: Buffer | undefined
}

export interface NewPassword {
  readonly passwordId: string
  readonly hash: string
  readonly at: Date
  readonly oldUntil: Date
}

export interface ListedApiUser extends UserName {
  readonly permissions: readonly Permission[]
  readonly mustSign: boolean
  readonly isDisabled: boolean
}

interface UserRow {
  merchant_id: string
  user_name: string
  permissions: Permission[]
  must_sign: boolean
  disabled_at: Date | null
}

interface PasswordRow {
  password_id: string
  hash: string
  expires_at: Date | null
}

/** Counts for the user as a whole stand under this name, which is no address. */
const EVERYWHERE = '*'

export function postgresApiUserStore(database: Database): ApiUserAdmin {
  const load = async (query: Query, at: Date): Promise<ApiUser | undefined> => {
    const [row] = (await database.run<UserRow>(query)).rows
    if (row === undefined) return undefined
    const { rows } = await database.run<PasswordRow>(sql('api_user_passwords')`
      select password_id, hash, expires_at from api_user_password
      where merchant_id = ${row.merchant_id} and user_name = ${row.user_name}
        and (expires_at is null or expires_at > ${at})
      order by created_at desc limit 10`)
    return toUser(row, rows)
  }
  return {
    find: (userName, at) =>
      load(
        sql('api_user_find')`select * from api_user
          where user_name = ${userName} and disabled_at is null`,
        at,
      ),

    findByOpenToken: (digest, at) =>
      load(
        sql('api_user_by_open_token')`select * from api_user
          where open_token_digest = ${digest} and disabled_at is null`,
        at,
      ),

    ...attemptsIn(database),
    ...administration(database),
  }
}

function attemptsIn(database: Database): Pick<ApiUserStore, 'countAttempt' | 'forgetAttempts'> {
  return {
    async countAttempt({ merchantId, userName, address, at }, budget) {
      const until = new Date(at.getTime() + budget.lockMs)
      // Both rows in one order, so that two attempts at once wait for and do not block each other.
      // A count that has reached its budget is left alone: the lock ends, whoever keeps trying.
      const { rows } = await database.run<{ within: boolean }>(sql('api_user_attempt')`
        insert into api_user_attempt as counted
          (merchant_id, user_name, address, attempts, attempts_max, until)
        values (${merchantId}, ${userName}, ${EVERYWHERE}, 1, ${budget.user}, ${until}),
          (${merchantId}, ${userName}, ${address}, 1, ${budget.address}, ${until})
        on conflict (merchant_id, user_name, address) do update set
          attempts = case when counted.until <= ${at} then 1
            else least(counted.attempts, counted.attempts_max) + 1 end,
          attempts_max = excluded.attempts_max,
          until = case when counted.until > ${at} and counted.attempts >= counted.attempts_max
            then counted.until else excluded.until end
        returning attempts <= attempts_max as within`)
      return rows.every(({ within }) => within)
    },

    async forgetAttempts({ merchantId, userName, address }) {
      await database.run(sql('api_user_forget')`
        delete from api_user_attempt
        where merchant_id = ${merchantId} and user_name = ${userName}
          and address in (${EVERYWHERE}, ${address})`)
    },
  }
}

function administration(database: Database): Omit<ApiUserAdmin, keyof ApiUserStore> {
  return {
    async add(user, at) {
      const { count } = await database.run(sql('api_user_add')`
        insert into api_user (merchant_id, user_name, permissions, must_sign, open_token_digest,
          created_at)
        values (${user.merchantId}, ${user.userName}, ${user.permissions}, ${user.mustSign},
          ${user.openTokenDigest}, ${at})
        on conflict do nothing`)
      return count === 1
    },

    async permit(userName, permissions) {
      const { count } = await database.run(sql('api_user_permit')`
        update api_user set permissions = ${permissions} where user_name = ${userName}`)
      return count === 1
    },

    async disable(userName, at) {
      const { count } = await database.run(sql('api_user_disable')`
        update api_user set disabled_at = ${at}
        where user_name = ${userName} and disabled_at is null`)
      return count === 1
    },

    async list(merchantId) {
      const { rows } = await database.run<UserRow>(sql('api_user_list')`
        select * from api_user where merchant_id = ${merchantId} order by user_name limit 1000`)
      return rows.map((row) => ({
        merchantId: row.merchant_id,
        userName: row.user_name,
        permissions: row.permissions,
        mustSign: row.must_sign,
        isDisabled: row.disabled_at !== null,
      }))
    },

    addPassword: ({ merchantId, userName }, password) =>
      database.transaction(async (transaction) => {
        await transaction.run(sql('api_user_password_expire')`
          update api_user_password set expires_at = ${password.oldUntil}
          where merchant_id = ${merchantId} and user_name = ${userName}
            and (expires_at is null or expires_at > ${password.oldUntil})`)
        await transaction.run(sql('api_user_password_add')`
          insert into api_user_password (merchant_id, user_name, password_id, hash, created_at)
          values (${merchantId}, ${userName}, ${password.passwordId}, ${password.hash},
            ${password.at})`)
      }),
  }
}

function toUser(row: UserRow, passwords: readonly PasswordRow[]): ApiUser {
  return {
    merchantId: row.merchant_id,
    userName: row.user_name,
    permissions: row.permissions,
    mustSign: row.must_sign,
    passwords: passwords.map(({ password_id, hash, expires_at }) => ({
      passwordId: password_id,
      hash,
      expiresAt: expires_at ?? undefined,
    })),
  }
}
