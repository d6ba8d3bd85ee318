import type { CallOptions } from './call.ts'
import { ask, type Connection } from './http.ts'
import type { SecurePayKey } from './secure-pay.ts'

const KEY_MS = 5 * 60_000

/** The gateway's newest public key, asked for at most every five minutes. */
export function keySource(
  connection: Connection,
): (options?: CallOptions) => Promise<SecurePayKey> {
  let known: { readonly key: SecurePayKey; readonly until: number } | undefined
  return async (options) => {
    if (known !== undefined && Date.now() < known.until) return known.key
    const { keyId, algorithm, publicKey } = await ask(
      connection,
      { operation: 'securePayKey' },
      options,
    )
    const key = { keyId: String(keyId), algorithm: String(algorithm), publicKey: String(publicKey) }
    known = { key, until: Date.now() + KEY_MS }
    return key
  }
}
