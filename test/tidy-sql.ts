import { blank, matches, place } from './tidy-code.ts'

/** Tables that every node of a distributed database holds whole, so no merchant leads their keys. */
const REFERENCE_TABLES = new Set(['payment_transition', 'schema_migration', 'api_user'])

/** Migrations are 000001.sql, 000002.sql and so on. */
export function migrationNumberFaults(paths: readonly string[]): string[] {
  return paths
    .filter((path) => path.startsWith('migrations/') && path.endsWith('.sql'))
    .toSorted()
    .flatMap((path, index) => {
      const due = `migrations/${String(index + 1).padStart(6, '0')}.sql`
      return path === due ? [] : [`${path}: ${due} was due`]
    })
}

const TABLE =
  /\b(create|alter)(?:\s+unlogged)?\s+table(?:\s+if(?:\s+not)?\s+exists)?(?:\s+only)?\s+([\w."]+)/gi
const UNIQUE_INDEX = /\bcreate\s+unique\s+index\b[^;(]*?\bon\s+([\w."]+)[^;(]*\(\s*([\w"]*)/gi
const KEY =
  /\b(primary\s+key|unique(?:\s+nulls\s+(?:not\s+)?distinct)?|foreign\s+key)\s*\(\s*([\w"]*)[^)]*\)/gi
const INLINE_KEY = /\b(?:primary\s+key|unique|references)\b/i
const NOT_A_COLUMN = /^(?:constraint|primary|unique|foreign|check|exclude|like)$/i
const SENSITIVE = /cvv|cvc|cvn|cid\b|security_code|track|pin_?block|cryptogram|cavv/i

/** merchant_id leads every key, and no column holds what may not be kept after authorization. */
export function sqlFaults(path: string, text: string): string[] {
  const code = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, (part) => blank(part))
  const faults: string[] = []
  for (const { index, groups } of matches(TABLE, code)) {
    const [head = '', verb = '', table = ''] = groups
    const rest = code.slice(index + head.length)
    const clauses = verb.toLowerCase() === 'create' ? tableClauses(rest) : addedClauses(rest)
    const found = clauses.flatMap((clause) => clauseFaults(clause, bare(table)))
    faults.push(...found.map((fault) => `${place(path, code, index)}: ${bare(table)}: ${fault}`))
  }
  for (const { index, groups } of matches(UNIQUE_INDEX, code)) {
    const [, table = '', first = ''] = groups
    if (leads(first, bare(table))) continue
    faults.push(
      `${place(path, code, index)}: ${bare(table)}: unique index without merchant_id first`,
    )
  }
  return faults
}

function bare(name: string): string {
  return name.replaceAll('"', '').replace(/^.*\./, '').toLowerCase()
}

function leads(column: string, table: string): boolean {
  return bare(column) === 'merchant_id' || REFERENCE_TABLES.has(table)
}

/** What stands between the parentheses of `create table x (…)`, clause by clause. */
function tableClauses(rest: string): string[] {
  const clauses = ['']
  let depth = 0
  for (const char of rest.trimStart()) {
    depth += Number(char === '(') - Number(char === ')')
    if (depth === 0) break
    if (depth === 1 && char === ',') clauses.push('')
    else clauses.push(`${clauses.pop() ?? ''}${char}`)
  }
  return clauses.map((clause) => clause.replace(/^\(/, '').trim())
}

/** What `alter table x …;` adds or renames, as clauses of a `create table`. */
function addedClauses(rest: string): string[] {
  const actions = tableClauses(`(${rest.replace(/;[\s\S]*/, '')})`)
  return actions.flatMap((action) => {
    const added = /^add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?([\s\S]*)$/i.exec(action)?.[1]
    const renamed = /^rename\s+(?:column\s+)?[\w"]+\s+to\s+([\w"]+)$/i.exec(action)?.[1]
    return [added, renamed].filter((clause) => clause !== undefined)
  })
}

function clauseFaults(clause: string, table: string): string[] {
  const column = bare(/^[\w"]+/.exec(clause)?.[0] ?? '')
  if (NOT_A_COLUMN.test(column)) return keyFaults(clause, table)
  const faults = SENSITIVE.test(column) ? [`${column} may not be stored`] : []
  const isFree = leads(column, table) || isToReferenceTable(clause)
  return INLINE_KEY.test(clause) && !isFree
    ? [...faults, `${column} is a key without merchant_id`]
    : faults
}

function keyFaults(clause: string, table: string): string[] {
  if (isToReferenceTable(clause)) return []
  return [...matches(KEY, clause)]
    .filter(({ groups }) => !leads(groups[2] ?? '', table))
    .map(({ groups }) => `${groups[1] ?? ''} without merchant_id first`)
}

function isToReferenceTable(clause: string): boolean {
  const target = /\breferences\s+([\w."]+)/i.exec(clause)?.[1]
  return target !== undefined && REFERENCE_TABLES.has(bare(target))
}
