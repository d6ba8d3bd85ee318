import type { MerchantAccess } from '../../gateway/ports.ts'
import { WireError } from './codes.ts'
import { type Caller, type Context, DIALECT } from './operation.ts'
import { settingsOf } from './settings.ts'

/**
 * The caller as it acts: for its own merchant, or for another that lets it.
 *
 * @param login of that merchant: its id or account, with or without what marks an API user.
 * @throws WireError 5 for a merchant that has not named the caller, and for nobody's login alike.
 */
export async function actingFor(
  context: Pick<Context, 'gateway'>,
  caller: Caller,
  login: string,
): Promise<Caller> {
  const { access, user } = caller
  const own = [access.merchant.merchantId, user.userName, user.userName.replace(/-api$/, '')]
  if (own.includes(login)) return caller
  const other = await merchantByLogin(context, login)
  if (other?.merchant.merchantId === access.merchant.merchantId) return caller
  const isLet = other !== undefined && settingsOf(other).actingUsers.includes(user.userName)
  if (!isLet) throw new WireError('5', 'accessDenied')
  return { user, access: other }
}

/** Finds a merchant by what `merchantLogin` calls it. */
export async function merchantByLogin(
  { gateway }: Pick<Context, 'gateway'>,
  login: string,
): Promise<MerchantAccess | undefined> {
  return (
    (await gateway.merchantAccess(login, DIALECT)) ??
    (await gateway.merchantByAccount(DIALECT, login)) ??
    (await gateway.merchantByAccount(DIALECT, `${login}-api`))
  )
}
