import type { Merchant } from '../gateway/ports.ts'

const BYTES_MAX = 64 * 1_024

/** How each kind of picture begins, in hex; SVG is none of them, for it may hold scripts. */
const BEGINNINGS: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/webp', /^52494646.{8}57454250/],
]

export interface Logo {
  readonly type: string
  readonly bytes: Buffer
}

/**
 * A picture as a merchant's logo is kept, a `data:` URL.
 *
 * @returns undefined for what is no PNG, JPEG or WebP of at most 64 KiB.
 */
export function logoUrlOf(bytes: Buffer): string | undefined {
  const type = typeOf(bytes)
  return type === undefined || bytes.length > BYTES_MAX
    ? undefined
    : `data:${type};base64,${bytes.toString('base64')}`
}

/** The logo of a merchant, for us to serve: its payers' browsers ask nobody else for it. */
export function logoOf({ logoUrl = '' }: Merchant): Logo | undefined {
  const [, text] = /^data:image\/[a-z]+;base64,([A-Za-z0-9+/]+=*)$/.exec(logoUrl) ?? []
  const bytes = Buffer.from(text ?? '', 'base64')
  const type = typeOf(bytes)
  return type === undefined ? undefined : { type, bytes }
}

function typeOf(bytes: Buffer): string | undefined {
  const head = bytes.toString('hex', 0, 12)
  return BEGINNINGS.find(([, pattern]) => pattern.test(head))?.[0]
}
