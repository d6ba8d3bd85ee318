import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { VaultIntegrityError } from './blob.ts'
import { localKek, readKekFile } from './kek-local.ts'

const context = Buffer.from('tessera.datakey.v1 JT01 card 1')
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-kek-'))
})

after(() => rm(folder, { recursive: true }))

async function aFile(content: Buffer, mode: number): Promise<string> {
  const path = join(folder, `kek-${randomBytes(6).toString('hex')}`)
  await writeFile(path, content)
  await chmod(path, mode)
  return path
}

test('key file: 32 bytes that only their owner can read are the key', async () => {
  const key = randomBytes(32)
  for (const mode of [0o400, 0o600, 0o700]) {
    assert.deepEqual(await readKekFile(await aFile(key, mode)), key)
  }
})

test('key file: one that others may read or change is refused', async () => {
  const key = randomBytes(32)
  for (const mode of [0o440, 0o404, 0o420, 0o402, 0o410, 0o401, 0o644, 0o777]) {
    const path = await aFile(key, mode)
    const message = `The key file ${path} must be readable by its owner only (chmod 400)`
    await assert.rejects(readKekFile(path), { message })
  }
})

test('key file: another size is refused, a key written in hex too', async () => {
  const key = randomBytes(32)
  const contents = [
    Buffer.alloc(0),
    key.subarray(1),
    Buffer.concat([key, Buffer.from('\n')]),
    Buffer.from(key.toString('hex')),
  ]
  for (const content of contents) {
    const path = await aFile(content, 0o400)
    const message = `The key file ${path} must hold exactly 32 bytes`
    await assert.rejects(readKekFile(path), { message })
  }
})

test('key file: a missing one is refused in one sentence', async () => {
  const path = join(folder, 'missing')
  await assert.rejects(readKekFile(path), { message: `The key file ${path} cannot be read` })
})

test('local kek: a wrapped key comes back, and is nowhere in its wrapping', async () => {
  const kek = localKek(randomBytes(32), 'live')
  const dataKey = randomBytes(32)
  const wrapped = await kek.wrap(dataKey, context)
  assert.deepEqual(await kek.unwrap(wrapped, context), dataKey)
  assert.equal(wrapped.includes(dataKey), false)
  assert.notDeepEqual(await kek.wrap(dataKey, context), wrapped)
})

test('local kek: a wrapped key opens for its own context, key and environment only', async () => {
  const key = randomBytes(32)
  const kek = localKek(key, 'live')
  const wrapped = await kek.wrap(randomBytes(32), context)
  const altered = Buffer.from(wrapped)
  altered.writeUInt8(altered.readUInt8(20) ^ 1, 20)
  const attempts = [
    kek.unwrap(wrapped, Buffer.from('tessera.datakey.v1 JT02 card 1')),
    kek.unwrap(wrapped, Buffer.alloc(0)),
    kek.unwrap(altered, context),
    kek.unwrap(Buffer.alloc(0), context),
    localKek(key, 'sandbox').unwrap(wrapped, context),
    localKek(randomBytes(32), 'live').unwrap(wrapped, context),
  ]
  for (const attempt of attempts) await assert.rejects(attempt, VaultIntegrityError)
})

test('local kek: its id tells key and environment apart, and tells nothing of the key', () => {
  const key = randomBytes(32)
  const { kekId } = localKek(key, 'live')
  assert.match(kekId, /^live-[0-9a-f]{16}$/)
  assert.equal(localKek(Buffer.from(key), 'live').kekId, kekId)
  assert.notEqual(localKek(randomBytes(32), 'live').kekId, kekId)
  assert.match(localKek(key, 'sandbox').kekId, /^sandbox-/)
  assert.equal(key.toString('hex').includes(kekId.slice(5)), false)
})
