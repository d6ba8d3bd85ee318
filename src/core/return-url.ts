/** Any host: for sandboxes. */
const ANY = '*'

/**
 * Whether payers may be sent to this URL: absolute, https, without credentials, on a host that the
 * merchant has registered (`shop.example`, or `*.shop.example` for one label in front).
 */
export function isReturnAllowed(text: string, hosts: readonly string[]): boolean {
  const url = URL.parse(text)
  // A text that the parser repaired means something else to other parsers: refused.
  const isPlain = /^https?:\/\/[^\s/\\@]+(?:[/?#][^\s\\]*)?$/i.test(text)
  if (url === null || !isPlain || url.username !== '') return false
  if (hosts.includes(ANY)) return true
  return url.protocol === 'https:' && hosts.some((host) => matches(url.hostname, host))
}

function matches(hostname: string, host: string): boolean {
  if (!host.startsWith('*.')) return hostname === host
  const [, ...rest] = hostname.split('.')
  return rest.join('.') === host.slice(2)
}
