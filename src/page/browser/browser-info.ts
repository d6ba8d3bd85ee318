/** What EMV 3-D Secure asks of the browser, as text. */
export interface BrowserInfo {
  readonly language: string
  readonly colorDepth: string
  readonly screenHeight: string
  readonly screenWidth: string
  readonly timeZoneOffset: string
}

/** The depths that EMV 3-D Secure knows, largest first; a screen of 30 bits has none of its own. */
const COLOR_DEPTHS = [48, 32, 24, 16, 15, 8, 4, 1]

export function browserInfo(): BrowserInfo {
  const depth = COLOR_DEPTHS.find((each) => each <= screen.colorDepth) ?? 24
  return {
    language: navigator.language,
    colorDepth: String(depth),
    screenHeight: String(screen.height),
    screenWidth: String(screen.width),
    timeZoneOffset: String(new Date().getTimezoneOffset()),
  }
}
