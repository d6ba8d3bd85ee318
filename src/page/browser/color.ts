/** A merchant's color serves as accent only where it can be seen. Contrast as WCAG 2 defines it. */

/** The surfaces of style.css that the accent stands on, in light and in dark. */
const SURFACES = { light: '#ffffff', dark: '#171f27' } as const

/** The inks that may stand on the accent. */
const INKS = ['#ffffff', '#0b1217'] as const

const PART_CONTRAST_MIN = 3
const TEXT_CONTRAST_MIN = 4.5

export interface Accent {
  readonly color: string
  /** What is written on it. */
  readonly ink: string
}

/** @returns undefined when the color is none, or is too faint on this scheme's surface. */
export function accentOf(color: string | null, scheme: 'light' | 'dark'): Accent | undefined {
  if (color === null || !/^#[0-9a-f]{6}$/i.test(color)) return undefined
  if (contrast(color, SURFACES[scheme]) < PART_CONTRAST_MIN) return undefined
  const ink = INKS.find((each) => contrast(each, color) >= TEXT_CONTRAST_MIN)
  return ink === undefined ? undefined : { color, ink }
}

/** Writes the accents where style.css finds them. */
export function applyAccent(color: string | null): void {
  const { style } = document.documentElement
  for (const scheme of ['light', 'dark'] as const) {
    const accent = accentOf(color, scheme)
    for (const [name, value] of [
      [`--accent-${scheme}`, accent?.color],
      [`--on-accent-${scheme}`, accent?.ink],
    ] as const) {
      if (value === undefined) style.removeProperty(name)
      else style.setProperty(name, value)
    }
  }
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const both = [luminance(one), luminance(other)]
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
