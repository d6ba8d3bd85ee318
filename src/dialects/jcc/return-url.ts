import { isReturnAllowed } from '../../core/return-url.ts'
import type { Merchant } from '../../gateway/ports.ts'
import { WireError } from './codes.ts'

/** Any host, any app: for sandboxes. */
const ANY = '*'

// What a browser would run or read instead of going somewhere.
const FORBIDDEN = new Set(
  'javascript data vbscript file blob about filesystem view-source'.split(' '),
)

/**
 * Where a payer's browser may go back to: a web address on one of the merchant's hosts, or an
 * app's own scheme (`sdk://done`). Without a scheme it is a path of ours.
 *
 * @throws WireError 4 with the documented message.
 */
export function readReturnUrl(
  text: string,
  { merchant, publicUrl }: { readonly merchant: Merchant; readonly publicUrl: string },
): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return `${publicUrl}/payment/${readPath(text)}`
  if (!mayGo(text, scheme, merchant)) throw invalid()
  return text
}

/** A colon before any slash would make it another scheme after all. */
function readPath(text: string): string {
  if (/^[./]/.test(text) || /^[^/?#]*:/.test(text) || !isPlain(text)) throw invalid()
  return text
}

function mayGo(text: string, scheme: string, { returnHosts }: Merchant): boolean {
  if (scheme === 'http' || scheme === 'https') return isReturnAllowed(text, returnHosts)
  if (FORBIDDEN.has(scheme) || !isPlain(text)) return false
  return returnHosts.includes(ANY) || returnHosts.includes(`${scheme}:`)
}

/** Adds what a browser brings back: the order, and the language of the page it saw. */
export function withOrder(url: string, orderId: string, language: string): string {
  const [, base = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(url) ?? []
  const mark = base.includes('?') ? (/[?&]$/.test(base) ? '' : '&') : '?'
  return `${rooted(base)}${mark}orderId=${orderId}&lang=${language}${fragment}`
}

/** A bare host gets its slash, as in the documented `https://shop.example/?orderId=…`. */
function rooted(base: string): string {
  return /^https?:\/\/[^/?]+$/i.test(base) ? `${base}/` : base
}

function isPlain(text: string): boolean {
  return !/[\s\\]/.test(text)
}

function invalid(): WireError {
  return new WireError('4', 'returnUrlInvalid')
}
