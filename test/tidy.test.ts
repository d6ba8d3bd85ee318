import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { codeOf } from './tidy-code.ts'
import {
  arrowFaults,
  hostFaults,
  pathFaults,
  titleFaults,
  unknownFolderFaults,
  wordFaults,
} from './tidy-rules.ts'
import { migrationNumberFaults, sqlFaults } from './tidy-sql.ts'

// The style as a test. Each rule runs over the whole tree, and has a test of its own with faults
// planted for it to find: a rule that can no longer fail is no rule.

const ROOT = new URL('..', import.meta.url)

/** Below this many files of a kind, the tree was not read; the kind is due once src has grown. */
const FILES_MIN = { '.ts': 10, '.sql': 1, '.md': 5 }
const GROWN = 60

const paths = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .split('\0')
  .filter((path) => path !== '' && existsSync(new URL(path, ROOT)))
const known = new Set(paths)

/** Every file whose name ends so, with its text; files that hold a zero byte are no text. */
function filesEnding(...ends: string[]): { path: string; text: string }[] {
  return paths
    .filter((path) => ends.some((end) => path.endsWith(end)))
    .map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))
}

const sources = filesEnding('.ts', '.tsx')
const sqlFiles = filesEnding('.sql')
const documents = filesEnding('.md')

function assertNone(faults: readonly string[]): void {
  assert.equal(faults.length, 0, `\n${faults.join('\n')}\n`)
}

/** One line per plant: the path, the text, and how many faults the rule must find in it. */
type Plants = readonly (readonly [path: string, text: string, count: number])[]

function assertFound(rule: (path: string, text: string) => string[], plants: Plants): void {
  for (const [path, text, count] of plants) {
    const faults = rule(path, text)
    assert.equal(faults.length, count, `${path}: ${text}\nfound: ${faults.join('; ')}`)
  }
}

test('tidy: the tree was read', () => {
  assert.ok(sources.length >= FILES_MIN['.ts'], `only ${sources.length} sources`)
  if (sources.length < GROWN) return
  assert.ok(sqlFiles.length >= FILES_MIN['.sql'], 'no migrations')
  assert.ok(documents.length >= FILES_MIN['.md'], `only ${documents.length} documents`)
})

test('tidy: imports follow the arrows', () => {
  assertNone(sources.flatMap(({ path, text }) => arrowFaults(path, text, (to) => known.has(to))))
  assertNone(paths.flatMap(unknownFolderFaults))
})

test('tidy: words and constructs are the agreed ones', () => {
  assertNone(sources.flatMap(({ path, text }) => wordFaults(path, text)))
})

test('tidy: folders are shallow and names are in kebab-case', () => {
  assertNone(paths.flatMap(pathFaults))
})

test('tidy: every key of every table starts with the merchant', () => {
  assertNone(migrationNumberFaults(paths))
  assertNone(sqlFiles.flatMap(({ path, text }) => sqlFaults(path, text)))
})

test('tidy: every document has one title', () => {
  assertNone(documents.flatMap(({ path, text }) => titleFaults(path, text)))
})

test('tidy: nothing names the machine it was written on', () => {
  assertNone(filesEnding('').flatMap(({ path, text }) => hostFaults(path, text)))
})

// --- The planted faults

test('tidy: code is told from comments, strings, templates and patterns', () => {
  // A dot stands for a blank.
  const rows: readonly (readonly [text: string, code: string])[] = [
    [`a // it's b`, `a..........`],
    [`a /* b\n*/ c`, `a.....\n...c`],
    [`f('b', "c")+d`, `f('.',.".")+d`],
    [`'it\\'s'+a`, `'.....'+a`],
    ['`b ${c} d`+e', '`..${c}..`+e'],
    ['`b ${c(`d ${e}`)} f`+g', '`..${c(`..${e}`)}..`+g'],
    ['`b ${{ c }.c} d`+e', '`..${{.c.}.c}..`+e'],
    [`x(/['/]b/g)+c`, `x(/......g)+c`],
    [`a/b/c`, `a/b/c`],
    [`u='https://b'+c`, `u='.........'+c`],
  ]
  for (const [text, code] of rows) assert.equal(codeOf(text).replaceAll(' ', '.'), code)
  for (const { path, text } of sources) assert.equal(codeOf(text).length, text.length, path)
})

test('tidy: planted imports against the arrows are found', () => {
  const files = new Set(
    `src/core/a.ts src/core/pan.fixture.ts src/core/a.test.ts src/gateway/ports.ts src/gateway/acquirer-ports.ts src/gateway/pay.ts
     src/vault/ports.ts src/vault/seal.ts src/threeds/ports.ts src/storage/memory/b.ts
     src/dialects/dialect.ts src/dialects/jcc/jcc.ts src/dialects/twoc2p/b.ts
     src/acquirers/iso8583/b.ts src/page/page.ts src/page/browser/app.ts src/http/server.ts
     src/sandbox/seed.ts src/config.ts src/main.ts test/world.ts sdk/client.ts
     sdk/src/card-form/card.ts sdk/src/fields/frame.ts`.split(/\s+/),
  )
  // One line per import: the file, what it imports, how many faults.
  const rows = `
    src/core/b.ts                 ./a.ts                   0
    src/core/b.ts                 node:assert              0
    src/core/b.ts                 ./missing.ts             1
    src/core/b.ts                 ./a                      1
    src/core/b.ts                 ../core                  1
    src/core/b.ts                 ../gateway/ports.ts      1
    src/core/b.ts                 ../storage/memory/b.ts   1
    src/core/b.ts                 ./pan.fixture.ts         1
    src/core/b.ts                 #core/a.ts               1
    src/core/b.test.ts            ./pan.fixture.ts         0
    src/core/b.test.ts            ../gateway/pay.ts        1
    src/core/b.fixture.ts         ../../test/world.ts      1
    src/gateway/b.ts              ../core/a.ts             0
    src/gateway/b.ts              ../vault/ports.ts        1
    src/gateway/b.ts              ../config.ts             1
    src/gateway/b.ts              ../../test/world.ts      1
    src/gateway/b.test.ts         ../storage/memory/b.ts   0
    src/gateway/b.contract.ts     ../vault/seal.ts         0
    src/vault/b.ts                ../gateway/ports.ts      1
    src/threeds/b.ts              ../core/a.ts             0
    src/storage/postgres/b.ts     ../../gateway/ports.ts   0
    src/storage/postgres/b.ts     ../../vault/ports.ts     0
    src/storage/postgres/b.ts     ../memory/b.ts           0
    src/storage/postgres/b.ts     ../../gateway/pay.ts     1
    src/storage/postgres/b.ts     ../../vault/seal.ts      1
    src/dialects/dialect.ts       ./jcc/jcc.ts             1
    src/dialects/jcc/b.ts         ../../gateway/pay.ts     0
    src/dialects/jcc/b.ts         ../dialect.ts            0
    src/dialects/jcc/b.ts         ./jcc.ts                 0
    src/dialects/jcc/b.ts         ../twoc2p/b.ts           1
    src/dialects/jcc/b.ts         ../../vault/ports.ts     1
    src/dialects/jcc/b.ts         ../../storage/memory/b.ts 1
    src/acquirers/simulator/b.ts  ../../gateway/acquirer-ports.ts 0
    src/acquirers/simulator/b.ts  ../../gateway/ports.ts   1
    src/acquirers/simulator/b.ts  ../../gateway/pay.ts     1
    src/acquirers/simulator/b.ts  ../iso8583/b.ts          1
    src/page/b.ts                 ../gateway/pay.ts        0
    src/page/b.ts                 ../dialects/dialect.ts   1
    src/page/browser/b.ts         ./app.ts                 0
    src/page/browser/b.ts         ../page.ts               1
    src/page/browser/b.ts         ../../../sdk/src/card-form/card.ts 0
    src/page/browser/b.ts         ../../../sdk/client.ts   1
    src/http/b.ts                 ../core/a.ts             1
    src/cli/b.ts                  ../sandbox/seed.ts       0
    src/sandbox/b.ts              ../vault/seal.ts         0
    src/main.ts                   ./dialects/jcc/jcc.ts    0
    sdk/b.ts                      ./client.ts              0
    sdk/b.ts                      ../src/core/a.ts         1
    sdk/src/b.ts                  ./card-form/card.ts         0
    sdk/src/b.ts                  ./fields/frame.ts        1
    sdk/src/card-form/b.ts             ../fields/frame.ts       1
    sdk/src/fields/b.ts           ../card-form/card.ts        0
    sdk/src/fields/b.ts           ../../client.ts          0
    test/b.ts                     ../src/vault/seal.ts     0
    test/b.ts                     ../src/vault/missing.ts  1
    bench/b.ts                    ../src/main.ts           0`
  for (const row of rows.trim().split('\n')) {
    const [path = '', target = '', count = ''] = row.trim().split(/\s+/)
    const faults = arrowFaults(path, `import { x } from '${target}'`, (to) => files.has(to))
    assert.equal(faults.length, Number(count), `${row}\nfound: ${faults.join('; ')}`)
  }
})

test('tidy: every way to write an import is read', () => {
  const rule = (path: string, text: string): string[] => arrowFaults(path, text, () => true)
  assertFound(rule, [
    ['src/core/b.ts', `import type {\n  X,\n} from '../vault/seal.ts'`, 1],
    ['src/core/b.ts', `import '../vault/seal.ts'`, 1],
    ['src/core/b.ts', `export * from "../vault/seal.ts"`, 1],
    ['src/core/b.ts', `type X = import('../vault/seal.ts').X`, 1],
    ['src/core/b.ts', `await import( /* why */ '../vault/seal.ts')`, 1],
    ['src/core/b.ts', 'await import(`../vault/seal.ts`)', 1],
    ['src/core/b.ts', 'await import(name)', 1],
    ['src/core/b.ts', `new Worker(new URL('../vault/seal.ts', import.meta.url))`, 1],
    ['src/core/b.ts', `new URL('../../migrations/', import.meta.url)`, 0],
    ['src/core/b.ts', `// import x from '../vault/seal.ts'`, 0],
    ['src/core/b.ts', `const text = "import x from '../vault/seal.ts'"`, 0],
    ['src/storage/embedded.ts', 'await import(name)', 0],
  ])
  assert.equal(unknownFolderFaults('src/utils/a.ts').length, 1)
  assert.equal(unknownFolderFaults('src/helpers.ts').length, 1)
  assert.equal(unknownFolderFaults('src/dialects/fourth/a.ts').length, 0)
})

test('tidy: planted words and constructs are found', () => {
  const later = 'TO' + 'DO'
  assertFound(wordFaults, [
    ['src/gateway/a.ts', 'send(pan.reveal())', 1],
    ['src/gateway/a.ts', 'log(`paid with ${pan?.reveal()}`)', 1],
    ['src/gateway/a.ts', 'pans.map((pan) => pan.reveal)', 1],
    ['src/gateway/a.ts', `pan['reveal']()`, 1],
    ['src/gateway/a.ts', '// Pan.reveal() is for the vault', 0],
    ['src/core/pan.ts', 'reveal(): string { return this.#digits }', 0],
    ['src/vault/seal.ts', 'pan.reveal()', 0],
    ['src/acquirers/iso8583/messages.ts', 'pan.reveal()', 0],
    ['src/gateway/a.test.ts', 'pan.reveal()', 0],
    ['src/gateway/a.ts', 'const token = row.token', 2],
    ['src/gateway/a.ts', 'const { vaultToken, tokenCryptogram } = row', 0],
    ['src/gateway/a.ts', `// a token\nconst kind = 'token'`, 0],
    ['src/dialects/jcc/a.ts', 'const token = 1', 0],
    ['src/vault/a.ts', 'f({ cardNumber, cardNo })', 2],
    ['src/dialects/jcc/a.ts', 'f({ cardNumber, cardNo })', 0],
    ['src/core/a.ts', 'const isAuthorised = tokenise(colour.behaviour)', 4],
    ['src/core/a.ts', `// ${later}: later`, 1],
    ['test/a.ts', `const s = '${'FIX' + 'ME'}'`, 1],
    ['test/a.test.ts', 'test.only(name, f); t.skip(); describe.todo(name)', 3],
    ['src/core/a.test.ts', 'test(name, { skip: true }, f)', 1],
    ['src/core/a.ts', 'read.skip(4)', 0],
    ['src/core/a.test.ts', `test('a', f)\nconst b = await make()\ntest('c', g)`, 1],
    ['src/core/a.test.ts', `const b = await make()\ntest('a', async () => {\n  await b\n})`, 0],
    ['src/http/a.ts', 'connect({ rejectUnauthorized: false })', 1],
    ['src/http/a.ts', 'Math.random()', 1],
    ['bench/a.ts', 'Math.random()', 0],
    ['src/vault/a.ts', `createHash('sha256')`, 1],
    ['src/storage/postgres/migrate.ts', `createHash('sha256')`, 0],
    ['src/http/a.ts', 'process.env.PORT; const { env } = process', 2],
    ['src/config.ts', 'process.env.PORT', 0],
    ['src/cli/serve.ts', 'process.env.PORT', 0],
    ['src/core/a.ts', 'export default 1; export { a as default }', 2],
    ['src/core/a.ts', 'export enum A {}\nexport const enum B {}\ndeclare namespace C {}', 3],
    ['src/core/a.ts', 'const space = { namespace: 1, enum: 2 }', 0],
  ])
})

test('tidy: planted paths are found', () => {
  assertFound(pathFaults, [
    ['src/dialects/jcc/fixtures/deposit.paid.request.txt', '', 0],
    ['src/dialects/jcc/README.md', '', 0],
    ['src/dialects/jcc/fixtures/deep/a.ts', '', 1],
    ['src/core/BookingAudit.ts', '', 1],
    ['src/core/booking_audit.ts', '', 1],
    ['test/someWorld.ts', '', 1],
    ['docs/Anything.md', '', 0],
  ])
})

test('tidy: planted faults in migrations are found', () => {
  const numbered = ['migrations/000001.sql', 'migrations/000002.sql']
  assert.deepEqual(migrationNumberFaults(numbered), [])
  assert.equal(migrationNumberFaults([...numbered, 'migrations/000004.sql']).length, 1)
  assert.equal(migrationNumberFaults(['migrations/1-start.sql']).length, 1)

  const path = 'migrations/000001.sql'
  assertFound(sqlFaults, [
    [path, 'create table t (merchant_id text primary key, name text)', 0],
    [path, 'create table t (merchant_id text, id uuid, primary key (merchant_id, id))', 0],
    [path, 'create table t (id uuid primary key check (f(id, 1)), merchant_id text)', 1],
    [path, 'create table t (merchant_id text, id uuid, primary key (id, merchant_id))', 1],
    [path, 'CREATE TABLE IF NOT EXISTS "v"."t" (id uuid, CONSTRAINT k UNIQUE (id))', 1],
    [path, 'create table t (a text, unique nulls not distinct (a, merchant_id))', 1],
    [path, 'create table t (a text, foreign key (a) references other (a))', 1],
    [path, 'create table t (a text references other)', 1],
    [path, 'create table t (a text, b text, foreign key (a, b) references payment_transition)', 0],
    [path, 'create table payment_transition (a text, b text, primary key (a, b))', 0],
    [path, `create table t (a text check (a in ('unique (a)')) -- primary key, of sorts\n)`, 0],
    [path, 'create unique index i on t (a) where b is null', 1],
    [path, 'create unique index i on vault.t using btree (merchant_id, a)', 0],
    [path, 'create index i on t (a)', 0],
    [path, 'alter table t add constraint k unique (a), add column b text unique', 2],
    [path, 'alter table only t add column if not exists a text, drop column cvv', 0],
    [path, 'alter table t rename column a to cvv2', 1],
    [path, 'create table t (cvv text, sealed_cvc bytea, track2 text, pin_block text)', 4],
    [path, 'create table t (security_code_key bytea, cavv text, tavv_cryptogram text)', 3],
    [path, `create table t (customer_id text, kind text default 'cvv')`, 0],
  ])
})

test('tidy: planted titles and host names are found', () => {
  assertFound(titleFaults, [
    ['README.md', '# One\n\n## Two\n', 0],
    ['README.md', '# One\n\n```sh\n# a comment\n```\n', 0],
    ['README.md', '## Two\n', 1],
    ['README.md', '# One\n\n# Another\n', 1],
    ['README.md', '<h1 align="center">One</h1>\n\n# Another\n', 1],
  ])
  assertFound(hostFaults, [
    ['README.md', `see ${'/wo' + 'rk/'}main and ${'/ro' + 'ot/'}x`, 2],
    ['README.md', `from ${'/ho' + 'me/'}someone/x`, 1],
    ['README.md', `scp me@build-host${':/'}srv/x`, 1],
    [
      'README.md',
      'postgres://me:secret@localhost:5432/tessera, git@github.com:a/b, a network/x',
      0,
    ],
    ['README.md', 'https://example.org/home/pay', 0],
  ])
})
