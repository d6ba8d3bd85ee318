/** Leaves for the card issuer, by our own page in between. */
export function leaveForBank(url: string): void {
  if (isOurs(url)) location.assign(url)
}

/** Leaves for the merchant, so that Back does not come here again. */
export function leaveForMerchant(url: string): void {
  if (isOurs(url)) location.replace(url)
}

/** Nothing is loaded from elsewhere, and nobody is sent elsewhere, but by our server. */
export function isOurs(url: string): boolean {
  try {
    return new URL(url, location.href).origin === location.origin
  } catch {
    return false
  }
}
