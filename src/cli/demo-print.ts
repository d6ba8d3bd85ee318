import { styleText } from 'node:util'

type Fields = Readonly<Record<string, unknown>>

export const say = (text: string) => void process.stdout.write(`${text}\n`)

/** A request or an answer as a demonstration prints it, its names in color. */
export function paint(
  fields: Fields,
  hide: (name: string, value: unknown) => unknown = (_name, value) => value,
): string {
  return JSON.stringify(fields, hide, 2).replace(
    /^( *)("[^"]+"):/gm,
    (_line, indent: string, name: string) => `${indent}${styleText('yellow', name)}:`,
  )
}

/** The heading of a request (>) or of what comes back (<). */
export function heading(arrow: '<' | '>', text: string, note = ''): string {
  const color = arrow === '>' ? 'cyan' : 'green'
  const what = styleText(['bold', color], `${arrow} ${text}`)
  return note === '' ? what : `${what} ${styleText('dim', `(${note})`)}`
}
