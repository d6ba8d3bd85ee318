import { posix } from 'node:path'
import { codeOf, matches, place } from './tidy-code.ts'

/**
 * What the tidy test holds the tree to. Each rule is a pure function of a path and its text, and
 * answers the faults it found. STYLE.md says why.
 */

/** What a folder may import besides itself: folders, or single files. ARCHITECTURE.md shows it. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  gateway: ['core'],
  vault: ['core'],
  threeds: ['core'],
  storage: [
    'core',
    'gateway/ports.ts',
    'gateway/authentication-ports.ts',
    'gateway/hold-ports.ts',
    'gateway/notification-ports.ts',
    'gateway/vault-ports.ts',
    'gateway/wallet-ports.ts',
    'vault/ports.ts',
    'dialects/jcc/ports.ts',
  ],
  dialects: ['core', 'gateway'],
  'dialects/*': ['core', 'gateway', 'dialects'],
  acquirers: ['core', 'gateway/acquirer-ports.ts'],
  'acquirers/*': ['core', 'gateway/acquirer-ports.ts'],
  page: ['core', 'gateway'],
  'page/browser': ['sdk/card-form'],
  http: [],
  sandbox: ['*'],
  cli: ['*'],
  'main.ts': ['*'],
  'config.ts': ['core'],
  sdk: ['sdk/card-form'],
  'sdk/card-form': [],
  'sdk/fields': ['sdk', 'sdk/card-form'],
}

/** Files that may call createHash: digests of requests, files and keys, never of card data. */
const MAY_HASH = new Set([
  'src/dialects/jcc/signed-request.ts',
  'src/dialects/payermax/md5-signing.ts',
  'src/gateway/idempotency.ts',
  'src/gateway/order-id.ts',
  'src/page/assets.ts',
  'src/storage/embedded.ts',
  'src/storage/embedded-root.ts',
  'src/storage/postgres/migrate.ts',
  'src/vault/apple-pay.ts',
  'src/vault/apple-signature.ts',
])

const FOLDER_DEPTH_MAX = 3

/** Tests, and what only tests may import. */
export function isTest(path: string): boolean {
  return /\.(test|fixture|contract)\.tsx?$/.test(path) || path.startsWith('test/')
}

/** Where a gateway's own field names are at home: its dialect, its clients, and tests of them. */
function speaksWire(path: string): boolean {
  return (
    /^(src\/dialects\/|sdk\/|examples\/|bench\/|src\/cli\/demo\.ts$)/.test(path) || isTest(path)
  )
}

// --- Arrows

/** Where code names another file: an import of any kind, or the URL of a worker beside it. */
const IMPORT = /\b(?:from|import|new\s+URL)\b\s*\(?\s*(['"])( *)\1/g

/** @param exists whether the repository has a file of that path. */
export function arrowFaults(
  path: string,
  text: string,
  exists: (path: string) => boolean,
): string[] {
  const code = codeOf(text)
  const faults = hasFreeImports(path) ? [] : computedImportFaults(path, code)
  for (const { index, groups } of matches(IMPORT, code)) {
    const [match = '', , blanks = ''] = groups
    const end = index + match.length - 1
    const target = text.slice(end - blanks.length, end)
    const isImport = !match.startsWith('new') || /^\..*\.tsx?$/.test(target)
    const fault = isImport ? arrowFault(path, target, exists) : undefined
    if (fault !== undefined) faults.push(`${place(path, text, index)}: ${fault}`)
  }
  return faults
}

/** What only runs when the code runs cannot be held to the arrows. */
function computedImportFaults(path: string, code: string): string[] {
  return [...matches(/\bimport\s*\(\s*(?!['"\s])/g, code)].map(
    ({ index }) => `${place(path, code, index)}: import() of something else than a plain string`,
  )
}

/** Storage picks the PostgreSQL package of its platform. */
function hasFreeImports(path: string): boolean {
  return isTest(path) || !isBound(path) || unitOf(path) === 'storage'
}

function arrowFault(
  path: string,
  target: string,
  exists: (path: string) => boolean,
): string | undefined {
  if (/^(?:#|\/|file:)/.test(target)) return `imports ${target}; write a relative path`
  if (!target.startsWith('.')) return undefined
  const to = posix.join(posix.dirname(path), target)
  if (!exists(to)) return `imports ${to}, which does not exist`
  if (isTest(to) && !isTest(path) && isBound(path)) return `imports ${to}, which is for tests only`
  return mayImport(path, to) ? undefined : `${unitOf(path)} may not import ${to}`
}

function mayImport(path: string, to: string): boolean {
  const unit = unitOf(path)
  if (unit === unitOf(to) || !isBound(path)) return true
  if (isTest(path) && unit !== 'core') return true
  return arrowsOf(unit)?.some((name) => name === unitOf(to) || `src/${name}` === to) === true
}

/** Whether the arrow table has more to say about this place than "anything". */
function isBound(path: string): boolean {
  return /^(?:src|sdk)\//.test(path) && arrowsOf(unitOf(path))?.includes('*') !== true
}

function arrowsOf(unit: string): readonly string[] | undefined {
  return ARROWS[unit] ?? ARROWS[unit.replace(/\/.*/, '/*')]
}

/** The folder that the arrows speak of: `core`, `dialects/jcc`, `page/browser`, `sdk/card-form`. */
function unitOf(path: string): string {
  const [top = '', layer = '', inner = '', ...rest] = path.split('/')
  if (top === 'sdk' && Object.hasOwn(ARROWS, `sdk/${inner}`)) return `sdk/${inner}`
  if (top !== 'src') return top
  const nests = Object.hasOwn(ARROWS, `${layer}/*`) || Object.hasOwn(ARROWS, `${layer}/${inner}`)
  return nests && rest.length > 0 ? `${layer}/${inner}` : layer
}

/** A new folder under src needs its line in the arrow table before its first file. */
export function unknownFolderFaults(path: string): string[] {
  const unit = unitOf(path)
  const isStrange = path.startsWith('src/') && arrowsOf(unit) === undefined
  return isStrange ? [`${path}: ${unit} is not in the arrow table`] : []
}

// --- Words

interface Ban {
  readonly pattern: RegExp
  readonly say: string
  /** Where the ban holds; everywhere when absent. */
  readonly holds?: (path: string) => boolean
  /** Whether comments and strings count too. */
  readonly inProse?: boolean
}

const isOurs = (path: string): boolean => path.startsWith('src/') && !isTest(path)

// Words that this file may not contain itself are written in two halves.
const BANS: readonly Ban[] = [
  {
    pattern: /\.\s*reveal\b/g,
    say: 'revealed in src/vault, src/acquirers, src/threeds and src/core/threeds.ts only',
    holds: (path) =>
      !/^src\/(?:(?:vault|acquirers|threeds)\/|core\/threeds\.ts$)/.test(path) && !isTest(path),
  },
  {
    pattern: /\[\s*['"`]reveal['"`]\s*\]/g,
    say: 'write .reveal(), so that the search for it finds all of them',
    holds: (path) => !isTest(path),
    inProse: true,
  },
  {
    pattern: /(?<![\w$])tokens?(?![\w$])/g,
    say: 'say which: vaultToken, networkToken or sessionToken',
    holds: (path) => !speaksWire(path),
  },
  {
    pattern: /(?<![\w$])card(?:Number|No)(?![\w$])/g,
    say: 'say pan',
    holds: (path) => !speaksWire(path),
  },
  {
    pattern: /[\w$]*(?:authoris|tokenis|normalis|serialis|colour|behaviour)[\w$]*/gi,
    say: 'code is written in American English: authorize, tokenize, color, behavior',
  },
  {
    pattern: new RegExp(
      `\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`,
      'g',
    ),
    say: 'finish it, or write it down where the project keeps its plans',
    inProse: true,
  },
  {
    pattern: /\.\s*(?:skip|todo|only)\s*\(|\b(?:skip|todo|only):\s*(?:true|['"])/g,
    say: 'every test runs',
    holds: isTest,
  },
  {
    pattern: /^(?!test\(|\s|.*\basync\b)(?=.*\bawait\b)(?<=^test\([\s\S]*)\S.*/gm,
    say: 'await before the first test: a file ends when the tests it has told of are over',
    holds: isTest,
  },
  { pattern: /\brejectUnauthorized['"]?\s*:\s*false/g, say: 'certificates are always checked' },
  {
    pattern: /\bMath\s*\.\s*random\b/g,
    say: 'randomness enters through ports.ts',
    holds: (path) => path.startsWith('src/'),
  },
  {
    pattern: /\bcreateHash\s*\(|\bcrypto\s*\.\s*hash\s*\(/g,
    say: 'a plain digest of card data can be undone; use the vault, or list the file in MAY_HASH',
    holds: (path) => isOurs(path) && !MAY_HASH.has(path),
  },
  {
    pattern: /\bprocess\s*\.\s*env\b|\benv\b[^;={}]*\}\s*=\s*process\b/g,
    say: 'settings enter through src/config.ts',
    holds: (path) => isOurs(path) && !/^src\/(?:config\.ts|main\.ts|cli\/)/.test(path),
  },
  {
    pattern: /\bexport\s+default\b|\bas\s+default\b/g,
    say: 'exports have names',
    holds: (path) => !path.endsWith('.config.ts'),
  },
  {
    pattern: /^[ \t]*(?:(?:export|declare|const)\s+)*(?:enum|namespace)\s+[A-Za-z_$]/gm,
    say: 'no enum and no namespace: they do not survive type stripping',
  },
]

/** Words and constructs of TypeScript that have a better replacement. */
export function wordFaults(path: string, text: string): string[] {
  const code = codeOf(text)
  return BANS.filter(({ holds }) => holds?.(path) ?? true).flatMap(({ pattern, say, inProse }) =>
    [...matches(pattern, inProse === true ? text : code)].map(
      ({ index, groups }) => `${place(path, text, index)}: ${groups[0]?.trim() ?? ''}: ${say}`,
    ),
  )
}

// --- Paths

/** Depth and names of what lies under src, test, bench, scripts and sdk. */
export function pathFaults(path: string): string[] {
  const [top = '', ...names] = path.split('/')
  const faults: string[] = []
  if (top === 'src' && names.length - 1 > FOLDER_DEPTH_MAX) faults.push(`${path}: too deep`)
  if (!['src', 'sdk', 'test', 'bench', 'scripts'].includes(top)) return faults
  const isOdd = (name: string): boolean =>
    !/^\.?[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(name) && !/^[A-Z]+(?:\.md)?$/.test(name)
  return names.some(isOdd) ? [...faults, `${path}: names are in kebab-case`] : faults
}

// --- Documents, and everything else

/** Every document has one title. */
export function titleFaults(path: string, text: string): string[] {
  const prose = text.replace(/^ *(```+|~~~+)[\s\S]*?(?:^ *\1|$(?![\s\S]))/gm, '')
  const titles = prose.match(/^# +\S|^<h1[ >]/gm)?.length ?? 0
  return titles === 1 ? [] : [`${path}: ${titles} titles of the first level`]
}

const HOST = new RegExp(
  // A folder of the machine it was written on; someone's home; a path on a named host.
  `${'/wo' + 'rk/'}|${'/ro' + 'ot/'}|(?<![\\w.-])/(?:home|Users)/\\w|(?<![\\w./-])[\\w.-]+@[\\w.-]+:[~/]`,
  'g',
)

/** Nothing names the machine it was written on. */
export function hostFaults(path: string, text: string): string[] {
  return [...matches(HOST, text)].map(
    ({ index, groups }) => `${place(path, text, index)}: ${groups[0] ?? ''} names one machine`,
  )
}
