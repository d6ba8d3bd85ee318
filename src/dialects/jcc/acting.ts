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
  const { merchantId } = access.merchant
  const named = login === merchantId ? access : await merchantByLogin(context, login)
  // The caller's own name means its merchant only where no merchant is called so.
  const own = [user.userName, user.userName.replace(/-api$/, '')]
  const isOwn = named === undefined ? own.includes(login) : named.merchant.merchantId === merchantId
  if (isOwn) return caller
  const isLet = named !== undefined && settingsOf(named).actingUsers.includes(user.userName)
  if (!isLet) throw new WireError('5', 'accessDenied')
  return { user, access: named }
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
