/** CSS properties that a page may set in a field: none of them loads anything or moves the field. */
const PROPERTIES = [
  'background-color',
  'caret-color',
  'color',
  'font-family',
  'font-size',
  'font-style',
  'font-variant-numeric',
  'font-weight',
  'letter-spacing',
  'line-height',
  'opacity',
  'outline',
  'padding',
  'text-align',
] as const

export type Declarations = Readonly<Partial<Record<(typeof PROPERTIES)[number], string>>>

/** Looks of the text in a field: always, and on top of it in some states. */
export interface FieldStyles {
  readonly base?: Declarations
  readonly placeholder?: Declarations
  readonly focus?: Declarations
  readonly invalid?: Declarations
}

/** In the order in which they win. */
const SELECTORS: Readonly<Record<keyof FieldStyles, string>> = {
  base: 'input',
  placeholder: 'input::placeholder',
  focus: 'input:focus',
  invalid: 'input[aria-invalid="true"]',
}

const VALUE_LENGTH_MAX = 200

/** Colors and lengths may be computed; nothing may be fetched. */
const FUNCTIONS = /^(?:rgba?|hsla?|oklch|oklab|lch|lab|light-dark|calc|min|max|clamp)$/

/** @returns the first thing in it that may not be there. */
export function styleFault(styles: unknown): string | undefined {
  return declarationsOf(styles).find(([state, name, value]) => !isAllowed(state, name, value))?.[1]
}

/** The style sheet of a field. What is not allowed is left out. */
export function styleSheetOf(styles: unknown): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  const declarations = declarationsOf(styles).filter((each) => isAllowed(...each))
  for (const [state, selector] of Object.entries(SELECTORS)) {
    const rule = sheet.cssRules[sheet.insertRule(`${selector} {}`, sheet.cssRules.length)]
    for (const [where, name, value] of declarations) {
      // Set one by one and as one value each, so that no text can end a rule or begin another.
      if (where === state) (rule as CSSStyleRule).style.setProperty(name, value)
    }
  }
  return sheet
}

type Declaration = readonly [state: string, name: string, value: string]

function declarationsOf(styles: unknown): readonly Declaration[] {
  return entriesOf(styles).flatMap(([state, declarations]) =>
    entriesOf(declarations).map(([name, value]): Declaration => [state, name, String(value)]),
  )
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function isAllowed(...[state, name, value]: Declaration): boolean {
  const functions = [...value.matchAll(/([\w-]*)\(/g)].map(([, called = '']) => called)
  return (
    Object.hasOwn(SELECTORS, state) &&
    PROPERTIES.some((property) => property === name) &&
    value.length <= VALUE_LENGTH_MAX &&
    /^[\w\s#%.,()'"+*/-]*$/.test(value) &&
    functions.every((called) => called === '' || FUNCTIONS.test(called))
  )
}
