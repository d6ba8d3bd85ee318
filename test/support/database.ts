import { randomBytes } from 'node:crypto'
import { connect, type Database } from '../../src/storage/postgres/database.ts'
import { cleanUpLater } from './cleanup.ts'
import { execute, startTestServer, TEMPLATE, withDatabase } from './server.ts'

let shared: Promise<{ url: string; runDir: string }> | undefined

/** The run's server, or one of this file's own when the file is run by itself. */
export function testServer(): Promise<{ url: string; runDir: string }> {
  const { TESSERA_TEST_DATABASE: url, TESSERA_TEST_RUN: runDir } = process.env
  if (url !== undefined && runDir !== undefined) return Promise.resolve({ url, runDir })
  if (shared === undefined) {
    const own = startTestServer()
    cleanUpLater(async () => (await own).stop())
    shared = own
  }
  return shared
}

/** A fresh, migrated database. It stays, so that the sweep at the end can read it. */
export async function freshDatabaseUrl(): Promise<string> {
  const { url } = await testServer()
  const name = `test_${randomBytes(6).toString('hex')}`
  await execute(url, `create database ${name} template ${TEMPLATE}`)
  return withDatabase(url, name)
}

export async function freshDatabase(): Promise<Database> {
  const database = connect(await freshDatabaseUrl(), { connections: 40 })
  cleanUpLater(() => database.close())
  return database
}
