import assert from 'node:assert/strict'
import { createHash, createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { type JsonObject, parseJson } from '../json.ts'
import { isMd5SignedBy, md5Sign } from './md5-signing.ts'

const secret = createSecretKey(Buffer.from('8fe21a0c94d64d1c'))
const read = (text: string) => parseJson(text) as JsonObject
const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase()

test('MD5 signature: fields are sorted and joined, empty ones too, and the secret ends them', () => {
  const fields = read('{"version":"2.6","bizType":"b","note":"","userId":"u","sign":"x","n":1.50}')
  const expected = md5('bizType=b&n=1.50&note=&userId=u&version=2.6&key=8fe21a0c94d64d1c')
  assert.equal(md5Sign(fields, secret), expected)
})

test('MD5 signature: nested objects and lists are joined the same way', () => {
  const fields = read('{"b":{"z":true,"a":null},"a":["x",{"k":"v"}]}')
  assert.equal(md5Sign(fields, secret), md5('a=0=x&1=k=v&b=a=&z=true&key=8fe21a0c94d64d1c'))
})

test('MD5 signature: it is taken in either case, and no other is', () => {
  const fields = read('{"merchantId":"SP328900011","userId":"u"}')
  const sign = md5Sign(fields, secret)
  const other = createSecretKey(Buffer.from('another'))
  assert.equal(isMd5SignedBy({ ...fields, sign }, [other, secret]), true)
  assert.equal(isMd5SignedBy({ ...fields, sign: sign.toLowerCase() }, [secret]), true)
  assert.equal(isMd5SignedBy({ ...fields, sign }, [other]), false)
  assert.equal(isMd5SignedBy({ ...fields, sign }, []), false)
  assert.equal(isMd5SignedBy({ ...fields, sign, userId: 'v' }, [secret]), false)
  for (const wrong of ['', sign.slice(1), `${sign}0`, 'é'.repeat(32)]) {
    assert.equal(isMd5SignedBy({ ...fields, sign: wrong }, [secret]), false, wrong)
  }
  assert.equal(isMd5SignedBy(fields, [secret]), false)
})
