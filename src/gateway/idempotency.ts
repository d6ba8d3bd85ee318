import { createHash } from 'node:crypto'

/** Digest of a verified request in canonical form: tells a retry from another request. */
export function requestHash(canonical: string): Buffer {
  return createHash('sha256').update(canonical).digest()
}
