/** How the tidy rules read TypeScript: which characters are code, and where a match stands. */

const QUOTED = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y
const PATTERN = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
const PATTERN_MAY_FOLLOW = /(?:^|[(,=:[!&|?{;+\-*%~^]|=>|\b(?:return|typeof|case|in|of))$/
const TEMPLATE = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:`|\$\{|$)/y

/** The text with comments and the insides of literals blanked; every character keeps its place. */
export function codeOf(text: string): string {
  const holes: number[] = []
  let code = ''
  while (code.length < text.length) code += nextPiece(text, code, holes)
  return code
}

/** @param holes the braces open inside each template hole around this place; kept up to date. */
function nextPiece(text: string, code: string, holes: number[]): string {
  const at = code.length
  const char = text.charAt(at)
  if (char === '`' || (char === '}' && holes.at(-1) === 0)) return templatePiece(text, at, holes)
  if (char === '{' || char === '}') countBrace(char, holes)
  if (char === '/') return slashPiece(text, code)
  const quoted = char === "'" || char === '"' ? matchAt(QUOTED, text, at) : undefined
  return quoted === undefined ? char : blank(quoted, 1)
}

function templatePiece(text: string, at: number, holes: number[]): string {
  if (text.charAt(at) === '}') holes.pop()
  const piece = matchAt(TEMPLATE, text, at + 1) ?? ''
  if (!piece.endsWith('${')) return text.charAt(at) + blank(piece.slice(0, -1)) + piece.slice(-1)
  holes.push(0)
  return `${text.charAt(at)}${blank(piece.slice(0, -2))}\${`
}

function countBrace(char: '{' | '}', holes: number[]): void {
  const open = holes.at(-1)
  if (open !== undefined) holes[holes.length - 1] = open + (char === '{' ? 1 : -1)
}

function slashPiece(text: string, code: string): string {
  const comment = matchAt(COMMENT, text, code.length)
  if (comment !== undefined) return blank(comment)
  if (!PATTERN_MAY_FOLLOW.test(code.trimEnd().slice(-10))) return '/'
  const pattern = matchAt(PATTERN, text, code.length)
  return pattern === undefined ? '/' : blank(pattern, 1)
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Spaces for everything but line ends and a rim of so many characters. */
export function blank(text: string, rim = 0): string {
  const inside = text.slice(rim, text.length - rim).replace(/[^\n]/g, ' ')
  return text.slice(0, rim) + inside + text.slice(text.length - rim)
}

/** `path:line`. */
export function place(path: string, text: string, index: number): string {
  return `${path}:${text.slice(0, index).split('\n').length}`
}

/** Every match, with its place; groups[0] is the whole of it. */
export function* matches(
  pattern: RegExp,
  text: string,
): Generator<{ index: number; groups: string[] }> {
  for (const match of text.matchAll(pattern)) yield { index: match.index, groups: [...match] }
}
