import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial, createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { cleanUpLater } from '../../../test/support/cleanup.ts'
import { freshDatabaseUrl } from '../../../test/support/database.ts'
import { connect, sql, sqlState } from './database.ts'

const url = await freshDatabaseUrl()
const database = connect(url, { connections: 4 })
after(() => database.close())

const echo = (value: number) => sql('lanes_echo')`select ${value}::integer as value`

async function valueOf(value: number): Promise<number | undefined> {
  const { rows } = await database.run<{ value: number }>(echo(value))
  return rows[0]?.value
}

test('lanes: each of many statements at once gets its own answer, over few connections', async () => {
  const values = Array.from({ length: 500 }, (_, index) => index)
  assert.deepEqual(await Promise.all(values.map(valueOf)), values)
  const { rows } = await database.run<{ held: bigint }>(
    sql('lanes_held')`select count(*) held from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  )
  assert.equal(rows[0]?.held, 1n)
})

test('lanes: a statement that fails leaves those before and after it alone', async () => {
  const divide = (by: number) =>
    database
      .run<{ value: number }>(sql('lanes_divide')`select 12 / ${by}::integer as value`)
      .then(({ rows }) => rows[0]?.value, sqlState)
  const answers = await Promise.all([1, 0, 2, 0, 3, 4, 0, 6].map(divide))
  assert.deepEqual(answers, [12, '22012', 6, '22012', 4, 3, '22012', 2])
})

test('lanes: a connection that breaks fails what is under way on it, and is replaced', async () => {
  const end = sql('lanes_end')`select pg_terminate_backend(pg_backend_pid())`
  const [broken, ...others] = await Promise.allSettled([
    database.run(end),
    ...Array.from({ length: 20 }, (_, index) => valueOf(index)),
  ])
  assert.equal(broken?.status, 'rejected')
  const answered = others.flatMap((other, index) =>
    other.status === 'fulfilled' ? [[index, other.value]] : [],
  )
  // The other connection goes on; on the broken one nothing is answered wrongly.
  assert.ok(answered.length > 0 && answered.length < 20, `${answered.length}`)
  for (const [index, value] of answered) assert.equal(value, index)
  assert.deepEqual(await Promise.all([1, 2, 3, 4].map(valueOf)), [1, 2, 3, 4])
})

test('lanes: what waits for a lock in a transaction keeps nothing else waiting', async () => {
  await database.script('create table held (name text primary key); insert into held values (1)')
  await database.transaction(async (own) => {
    await own.run(sql('lanes_lock')`select * from held for update`)
    const second = database.transaction((other) =>
      other.run(sql('lanes_lock')`select * from held for update nowait`),
    )
    await assert.rejects(second, (error) => sqlState(error) === '55P03')
    assert.equal(await valueOf(7), 7)
  })
})

test('lanes: closing waits for what is under way', async () => {
  const closing = connect(url, { connections: 4 })
  const slow = closing.run<{ value: number }>(sql('lanes_slow')`select 1 value from pg_sleep(0.05)`)
  await closing.run(echo(1))
  await closing.close()
  assert.equal((await slow).rows[0]?.value, 1)
  await assert.rejects(closing.run(echo(1)))
})

test('lanes: a connection that breaks between the statements of a transaction fails it alone', async () => {
  const pids = sql('lanes_pid')`select pg_backend_pid() pid`
  const living = (pid: number) =>
    sql('lanes_living')`select 1 from pg_stat_activity where pid = ${pid}`
  const breaking = connect(url, { connections: 2 })
  const broken = breaking.transaction(async (own) => {
    const [{ pid } = { pid: 0 }] = (await own.run<{ pid: number }>(pids)).rows
    await database.run(sql('lanes_end_other')`select pg_terminate_backend(${pid}::integer)`)
    for (let tries = 0; tries < 1_000; tries += 1) {
      if ((await database.run(living(pid))).count === 0) break
    }
    await own.run(echo(1))
  })
  await assert.rejects(broken)
  assert.equal((await breaking.transaction((own) => own.run(echo(3)))).count, 1)
  await breaking.close()
})

test('lanes: what was prepared before a migration is prepared again, in transactions too', async () => {
  await database.script('create table grown (a integer); insert into grown values (1)')
  const all = sql('lanes_grown')`select * from grown`
  const read = () => Promise.all([1, 2, 3, 4].map(() => database.run(all)))
  const readTogether = () => database.transaction((own) => own.run(all))
  await Promise.all([read(), readTogether()])
  await database.script('alter table grown add column b integer')
  const answers = [...(await read()), ...(await read()), await readTogether()]
  for (const { rows } of answers) assert.deepEqual(rows, [{ a: 1, b: null }])
})

/** The server, by way of somebody who never ends a connection. @returns its URL. */
async function withoutGoodbye(): Promise<string> {
  const named = new URL(url)
  const port = Number(named.port)
  const sockets: Socket[] = []
  const between = createServer({ allowHalfOpen: true }, (socket) => {
    const server = dial(port, '127.0.0.1')
    sockets.push(socket, server)
    socket.pipe(server).pipe(socket, { end: false })
    for (const each of [socket, server]) each.on('error', () => each.destroy())
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  cleanUpLater(() => {
    for (const socket of sockets) socket.destroy()
    between.close()
  })
  const address = between.address()
  assert.ok(typeof address === 'object' && address !== null)
  named.host = `127.0.0.1:${address.port}`
  return named.href
}

test('lanes: closing does not wait for a server that never says goodbye', async () => {
  const closing = connect(await withoutGoodbye(), { connections: 4 })
  await closing.run(echo(1))
  assert.equal((await closing.transaction((own) => own.run(echo(2)))).count, 1)
  await closing.close()
})
