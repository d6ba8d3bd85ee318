import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, isPassword } from './password.ts'

const CHEAP = { log2Rounds: 4, blockSize: 8 }

test('jcc password: its hash knows it, and no other', async () => {
  const hash = await hashPassword('correct horse', CHEAP)
  assert.match(hash, /^scrypt\$4\$8\$/)
  assert.equal(await isPassword('correct horse', hash), true)
  assert.equal(await isPassword('correct horsf', hash), false)
  assert.equal(await isPassword('', hash), false)
})

test('jcc password: the same one hashes differently every time', async () => {
  assert.notEqual(await hashPassword('x', CHEAP), await hashPassword('x', CHEAP))
})

test('jcc password: one text in two spellings of Unicode is one password', async () => {
  assert.equal(await isPassword('e\u0301', await hashPassword('\u00e9', CHEAP)), true)
})

test('jcc password: what is stored by default costs what it should', async () => {
  const hash = await hashPassword('x')
  assert.match(hash, /^scrypt\$17\$8\$/)
  assert.equal(await isPassword('x', hash), true)
})

test('jcc password: a broken hash is a fault, not a wrong password', async () => {
  await assert.rejects(isPassword('x', 'x'), TypeError)
})
