/** What the fragment of the address asks for. */
export interface Route {
  readonly kind: 'pay' | 'info'
  /** Names the order in our API: the payment token's bytes in base64url. */
  readonly ref: string
  /** As it stands in the fragment. */
  readonly encoded: string
}

/** @returns undefined when the fragment names no order. */
export function parseRoute(fragment: string): Route | undefined {
  const [, kind, encoded = ''] = /^#\/(token|info)\/([^?/#]+)/i.exec(fragment) ?? []
  const ref = parseRef(encoded)
  if (kind === undefined || ref === undefined) return undefined
  return { kind: kind.toLowerCase() === 'info' ? 'info' : 'pay', ref, encoded }
}

function parseRef(encoded: string): string | undefined {
  try {
    const text = decodeURIComponent(encoded).replaceAll('-', '+').replaceAll('_', '/')
    const ref = btoa(atob(text)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    return ref === '' ? undefined : ref
  } catch {
    return undefined
  }
}
