/** A JSON object, as it comes from the gateway. */
export type Fields = Readonly<Record<string, unknown>>

/** New names by old ones; a pair also renames what is within. */
export interface Names {
  readonly [name: string]: string | readonly [name: string, within: Names]
}

/** The same value under other names; what has no other name keeps its own. Lists are gone through. */
function rename(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((entry) => rename(entry, names))
  return isFields(value) ? renameFields(value, names) : value
}

/** `rename` for what is known to be an object. */
export function renameFields(fields: Fields, names: Names): Fields {
  const entries = Object.entries(fields).map(([name, value]): [string, unknown] => {
    const rule = Object.hasOwn(names, name) ? names[name] : undefined
    if (rule === undefined) return [name, value]
    return typeof rule === 'string' ? [rule, value] : [rule[0], rename(value, rule[1])]
  })
  return Object.fromEntries(entries)
}

/** Whether a value is an object, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
