import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** What one hash costs: 2^`log2Rounds` rounds of 128 × `blockSize` bytes each. */
export interface PasswordCost {
  readonly log2Rounds: number
  readonly blockSize: number
}

/** 128 MiB and some tenths of a second; OWASP's first choice for scrypt. */
export const PASSWORD_COST: PasswordCost = { log2Rounds: 17, blockSize: 8 }

const KEY_BYTES = 32
const SALT_BYTES = 16

/** A password as it is stored: `scrypt$17$8$salt$key`, base64. */
export async function hashPassword(password: string, cost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, cost)
  const { log2Rounds, blockSize } = cost
  return ['scrypt', log2Rounds, blockSize, salt.toString('base64'), key.toString('base64')].join(
    '$',
  )
}

/** Whether the password is the one that was hashed; takes as long either way. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, rounds = '', block = '', salt = '', key = ''] =
    /^scrypt\$([0-9]{1,2})\$([0-9]{1,2})\$([^$]+)\$([^$]+)$/.exec(hash) ?? []
  if (key === '') throw new TypeError('a stored password hash is malformed')
  const cost = { log2Rounds: Number(rounds), blockSize: Number(block) }
  const derived = await derive(password, Buffer.from(salt, 'base64'), cost)
  return timingSafeEqual(derived, Buffer.from(key, 'base64'))
}

function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const N = 2 ** cost.log2Rounds
  const maxmem = 2 * 128 * N * cost.blockSize
  return new Promise((resolve, reject) => {
    // Unicode has several spellings for one password; RFC 8265 takes this one.
    const text = password.normalize('NFC')
    scrypt(text, salt, KEY_BYTES, { N, r: cost.blockSize, p: 1, maxmem }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
