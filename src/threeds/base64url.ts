/** @returns the text's UTF-8 as base64url without padding. */
export function encodeBase64url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}

/** @returns undefined unless the text is the one base64url form of at least a byte, unpadded. */
export function decodeBase64url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === text ? bytes : undefined
}
