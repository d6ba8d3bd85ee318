import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { type Database, sql } from '../../src/storage/postgres/database.ts'
import { freshDatabase } from '../support/database.ts'

/** A statement of the gateway: what it does to which table. */
interface Use {
  readonly privilege: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
  readonly table: string
}

let database: Database
before(async () => {
  database = await freshDatabase()
  const security = await readFile(new URL('../../SECURITY.md', import.meta.url), 'utf8')
  const blocks = [...security.matchAll(/```sql\n(.*?)```/gs)].map(([, text = '']) => text)
  const roles = blocks.flatMap((text) => text.match(/^create role .*;$/gm) ?? [])
  const grants = blocks.filter((text) => text.includes('grant'))
  assert.deepEqual([roles.length, grants.length], [3, 1])
  await database.script([...roles, ...grants].join('\n'))
})

/** Every use of a table in the text of a store. */
function usesIn(text: string): readonly Use[] {
  const found = [...text.matchAll(/\b(insert into|update|delete from|from|join) ([a-z_.]+)/g)]
  const uses = found.map(([, verb = '', table = '']): Use => {
    const privilege = {
      'insert into': 'INSERT',
      update: 'UPDATE',
      'delete from': 'DELETE',
    } as const
    return { privilege: privilege[verb as keyof typeof privilege] ?? 'SELECT', table }
  })
  const merged = text.matchAll(/insert into ([a-z_.]+)[^;`]*?on conflict[^`]*?do update/g)
  return [...uses, ...[...merged].map(([, table = '']): Use => ({ privilege: 'UPDATE', table }))]
}

async function tables(): Promise<ReadonlySet<string>> {
  const { rows } = await database.run<{ name: string }>(sql('test_tables')`
    select case schemaname when 'public' then '' else schemaname || '.' end || tablename as name
    from pg_tables where schemaname in ('public', 'vault')`)
  return new Set(rows.map(({ name }) => name))
}

async function may(role: string, { privilege, table }: Use): Promise<boolean> {
  const { rows } = await database.run<{ may: boolean }>(
    sql('test_may')`select has_table_privilege(${role}, ${table}, ${privilege}) may`,
  )
  return rows[0]?.may === true
}

test('roles: the documented grants are enough for every statement of the stores', async () => {
  const known = await tables()
  const files = globSync('src/storage/postgres/!(migrate|*.test).ts')
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const all = texts.flatMap(usesIn).filter(({ table }) => known.has(table))
  const uses = new Map(all.map((use) => [`${use.privilege} ${use.table}`, use]))
  for (const privilege of ['SELECT', 'INSERT', 'UPDATE', 'DELETE']) {
    assert.ok(all.some((use) => use.privilege === privilege && use.table.startsWith('vault.')))
    assert.ok(all.some((use) => use.privilege === privilege && !use.table.startsWith('vault.')))
  }
  for (const [name, use] of uses) {
    const role = use.table.startsWith('vault.') ? 'tessera_vault' : 'tessera_app'
    assert.ok(await may(role, use), `${role}: ${name}`)
  }
})

test('roles: neither reads the other’s tables, and what must stay is not deleted', async () => {
  for (const table of await tables()) {
    const other = table.startsWith('vault.') ? 'tessera_app' : 'tessera_vault'
    for (const privilege of ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const) {
      assert.equal(await may(other, { privilege, table }), false, `${other}: ${privilege} ${table}`)
    }
  }
  for (const table of ['payment_order', 'payment', 'operation', 'vault_token', 'notification']) {
    assert.equal(await may('tessera_app', { privilege: 'DELETE', table }), false, table)
  }
  for (const table of ['vault.card', 'vault.data_key', 'vault.client_key']) {
    assert.equal(await may('tessera_vault', { privilege: 'DELETE', table }), false, table)
  }
})
