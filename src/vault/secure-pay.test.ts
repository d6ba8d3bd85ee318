import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { freshPan } from '../../test/support/canaries.ts'
import { someClientKeys, type TestClientKeys } from '../../test/support/client-keys.ts'
import {
  aClientCard,
  encryptAsClient,
  type EncryptOptions,
  joinParts,
} from '../../test/support/secure-pay.ts'
import { createSecurePay, type SecurePay } from './secure-pay.ts'

const MINUTE = 60

let installation: TestClientKeys
let securePay: SecurePay
let key: EncryptOptions

before(async () => {
  installation = await someClientKeys()
  securePay = createSecurePay(installation)
  key = await securePay.key()
})

const nowSeconds = () => Math.floor(installation.time.ms / 1_000)
const opened = async (plaintext: unknown, given: Partial<EncryptOptions> = {}) =>
  securePay.open(await encryptAsClient(plaintext, { ...key, ...given }))

/** Both parts of a token, in bytes. */
function partsOf(text: string): { block: Buffer; rest: Buffer } {
  const block = Buffer.from(text.slice(4, 4 + 512), 'base64')
  return { block, rest: Buffer.from(text.slice(4 + 512), 'base64') }
}

test('securePayToken: what a client encrypted is opened as the same card', async () => {
  const cards = fc.record(
    {
      number: fc.constantFrom('4111111111111111', '378282246310005', '6759649826438453'),
      month: fc.integer({ min: 1, max: 12 }),
      year: fc.integer({ min: 2026, max: 2040 }),
      code: fc.option(fc.stringMatching(/^[0-9]{3,4}$/), { nil: undefined }),
    },
    { noNullPrototype: true },
  )
  await fc.assert(
    fc.asyncProperty(cards, async ({ number, month, year, code }) => {
      const card = {
        cardNo: number,
        expiryMonth: String(month).padStart(2, '0'),
        expiryYear: String(year),
        ...(code !== undefined && { securityCode: code }),
        at: nowSeconds(),
      }
      const found = await opened(card)
      assert.equal(found?.pan?.reveal(), number)
      assert.deepEqual(found.expiry, { year, month })
      assert.equal(found.securityCode?.reveal(), code)
    }),
    { numRuns: 30 },
  )
})

test('securePayToken: each part may come alone', async () => {
  const at = nowSeconds()
  const code = await opened({ securityCode: '123', at })
  assert.deepEqual(
    [code?.pan, code?.expiry, code?.securityCode?.reveal()],
    [undefined, undefined, '123'],
  )
  const pan = freshPan()
  const number = await opened({ cardNo: pan, at })
  assert.deepEqual([number?.pan?.reveal(), number?.expiry], [pan, undefined])
  const expiry = await opened({ expiryMonth: '1', expiryYear: '31', at })
  assert.deepEqual(expiry?.expiry, { year: 2031, month: 1 })
})

test('securePayToken: its form is the documented one, and its length tells nothing', async () => {
  const texts = await Promise.all(
    ['4111111111111', '4111111111111111', '4111111111111111110'].map((cardNo) =>
      encryptAsClient(aClientCard({ cardNo }), key),
    ),
  )
  for (const text of texts) {
    assert.equal(text.slice(0, 4), '0200')
    const { block, rest } = partsOf(text)
    assert.equal(block.length, 384)
    assert.equal(rest[0], 1)
    assert.equal(rest.subarray(1, 9).toString('hex'), key.keyId)
    assert.equal((rest.length - 1 - 8 - 12 - 16) % 64, 0)
  }
  assert.equal(new Set(texts.map(({ length }) => length)).size, 1)
})

test('securePayToken: every single flipped bit is refused', async () => {
  const text = await encryptAsClient(aClientCard({ cardNo: freshPan() }), key)
  const { block, rest } = partsOf(text)
  assert.equal(joinParts(block, rest), text)
  assert.ok(await securePay.open(text))
  const bytes = Buffer.from(text, 'latin1')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes)
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.equal(await securePay.open(altered.toString('latin1')), undefined, `bit ${bit}`)
  }
})

test('securePayToken: a missing end, a longer one and a moved border are refused', async () => {
  const text = await encryptAsClient(aClientCard({ cardNo: freshPan() }), key)
  for (let length = 0; length < text.length; length += 1) {
    assert.equal(await securePay.open(text.slice(0, length)), undefined, `first ${length}`)
  }
  for (const altered of [`${text}A`, `${text}AAAA`, ` ${text}`, `${text}\n`, text + text]) {
    assert.equal(await securePay.open(altered), undefined)
  }
  for (let length = 0; length <= 0x400; length += 1) {
    const border = length.toString(16).padStart(4, '0')
    if (border === '0200') continue
    assert.equal(await securePay.open(border + text.slice(4)), undefined, border)
  }
})

test('securePayToken: any text at all is answered, and none is opened', async () => {
  const base64 = fc.base64String({ maxLength: 600 })
  const shaped = fc
    .tuple(fc.uint8Array({ minLength: 384, maxLength: 384 }), fc.uint8Array({ maxLength: 200 }))
    .map(([block, rest]) => {
      const head = Buffer.concat([Buffer.from([1]), Buffer.from(key.keyId, 'hex')])
      return joinParts(Buffer.from(block), Buffer.concat([head, rest]))
    })
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ maxLength: 600 }), base64, shaped), async (text) => {
      assert.equal(await securePay.open(text), undefined)
    }),
    { numRuns: 300 },
  )
  assert.equal(await securePay.open('0200'.padEnd(100_000, 'A')), undefined)
})

test('securePayToken: another key, version or associated data is refused', async () => {
  const card = aClientCard({ cardNo: freshPan() })
  const other = await someClientKeys()
  const [foreign] = await other.keys.publicKeys('securePay')
  assert.ok(foreign)
  assert.ok(await opened(card))
  const table: Partial<EncryptOptions>[] = [
    foreign,
    { publicKey: foreign.publicKey },
    { keyId: foreign.keyId },
    { version: 0 },
    { version: 2 },
    { version: 2, associatedData: `securePayToken/1/${key.keyId}` },
    { associatedData: '' },
    { associatedData: `securePayToken/1/${foreign.keyId}` },
    { associatedData: `securePayToken/1/${key.keyId.toUpperCase()}X` },
  ]
  for (const difference of table) assert.equal(await opened(card, difference), undefined)
})

test('securePayToken: parts of two tokens do not go together', async () => {
  const [one, two] = await Promise.all(
    [0, 1].map(() => encryptAsClient(aClientCard({ cardNo: freshPan() }), key)),
  )
  const [first, second] = [partsOf(one ?? ''), partsOf(two ?? '')]
  assert.equal(await securePay.open(joinParts(first.block, second.rest)), undefined)
  assert.equal(await securePay.open(joinParts(second.block, first.rest)), undefined)
})

test('securePayToken: it is good for fifteen minutes, and two minutes of clocks that disagree', async () => {
  const age = (seconds: number) => opened(aClientCard({ at: nowSeconds() - seconds }))
  installation.time.ms = Math.floor(installation.time.ms / 1_000) * 1_000
  for (const seconds of [0, 1, 15 * MINUTE, -1, -2 * MINUTE]) assert.ok(await age(seconds))
  for (const seconds of [15 * MINUTE + 1, -2 * MINUTE - 1, 86_400, -86_400, 1e12]) {
    assert.equal(await age(seconds), undefined, `${seconds}`)
  }
  const text = await encryptAsClient(aClientCard({ at: nowSeconds() }), key)
  const { time } = installation
  time.ms += 15 * MINUTE * 1_000
  assert.ok(await securePay.open(text))
  time.ms += 1
  assert.equal(await securePay.open(text), undefined)
})

test('securePayToken: contents that are no card are refused like anything else', async () => {
  const at = nowSeconds()
  const pan = freshPan()
  const wrongDigit = `${pan.slice(0, -1)}${(Number(pan.at(-1)) + 1) % 10}`
  const refused: unknown[] = [
    '',
    '{',
    'null',
    '[]',
    '4111111111111111',
    '"text"',
    {},
    { at },
    { cardNo: pan },
    { cardNo: pan, at: null },
    { cardNo: pan, at: String(at) },
    { cardNo: pan, at: at + 0.5 },
    { cardNo: wrongDigit, at },
    { cardNo: Number(pan), at },
    { cardNo: `${pan} `, at },
    { cardNo: '', at },
    { cardNo: pan, expiryMonth: '12', at },
    { cardNo: pan, expiryYear: '2030', at },
    { cardNo: pan, expiryMonth: '13', expiryYear: '2030', at },
    { cardNo: pan, expiryMonth: '12', expiryYear: '203', at },
    { cardNo: pan, expiryMonth: 12, expiryYear: 2030, at },
    { cardNo: pan, securityCode: '12', at },
    { cardNo: pan, securityCode: '12345', at },
    { cardNo: pan, securityCode: 'abc', at },
    { cardNo: pan, pin: '1234', at },
    { cardNo: { toString: 'x' }, at },
  ]
  for (const plaintext of refused) {
    assert.equal(await opened(plaintext), undefined, JSON.stringify(plaintext))
  }
  const odd = await encryptAsClient({ securityCode: '123', at }, { ...key, padTo: 1 })
  assert.equal(await securePay.open(odd), undefined, 'without padding')
})
