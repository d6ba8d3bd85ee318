import assert from 'node:assert/strict'
import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  privateDecrypt,
  publicEncrypt,
  randomInt,
} from 'node:crypto'
import { test } from 'node:test'
import { clockFrom } from '../../../test/support/clock.ts'
import { freshPan } from '../../../test/support/canaries.ts'
import { WireError } from './codes.ts'
import { createFailureBudget } from './failure-budget.ts'
import type { FailureLimits } from './ports.ts'
import { createSeTokens } from './open-se-token.ts'
import { blockOf, readPlaintext } from './se-token.ts'

const UUID = 'fd4b1011-727a-41e8-95b4-d7092d729022'
const ORDER = '7f472085-399e-414e-b51c-a7b538aee497'
const BINDING = '47eb0336-5ad9-4e03-8a1e-b9f3656ec768'
const NOW = new Date('2020-07-06T04:26:20Z')
const HEAD = `2020-07-06T07:26:20+03:00/${UUID}`

const bytes = (text: string) => Buffer.from(text, 'utf8')
const pan = freshPan()

/** What was read, in short: last digits, code, expiry, order, stored card, name. */
function inShort(plaintext: string): string {
  const token = readPlaintext(bytes(plaintext))
  if (token === undefined) return 'refused'
  const { expiry, securityCode, mdOrder, bindingId, cardholderName } = token
  assert.deepEqual([token.at, token.uuid], [NOW, UUID])
  return [
    token.pan === undefined ? '-' : token.pan.toString().slice(-4),
    securityCode?.reveal() ?? '-',
    expiry === undefined ? '-' : `${expiry.month}.${expiry.year}`,
    mdOrder ?? '-',
    bindingId ?? '-',
    cardholderName ?? '-',
  ].join(' ')
}

test('seToken: every published variant is read', () => {
  const last = pan.slice(-4)
  const rows: readonly (readonly [string, string])[] = [
    [
      `${pan}/444/202012/${ORDER}//CardHolderName/MSDK_CORE`,
      `${last} 444 12.2020 ${ORDER} - CardHolderName`,
    ],
    [
      `${pan}//202012/${ORDER}//CardHolderName/MSDK_CORE`,
      `${last} - 12.2020 ${ORDER} - CardHolderName`,
    ],
    [`${pan}/444//${ORDER}//CardHolderName/MSDK_CORE`, `${last} 444 - ${ORDER} - CardHolderName`],
    [`${pan}///${ORDER}//CardHolderName/MSDK_CORE`, `${last} - - ${ORDER} - CardHolderName`],
    [`/444/202012/${ORDER}/${BINDING}//MSDK_CORE`, `- 444 12.2020 ${ORDER} ${BINDING} -`],
    [`${pan}/////CardHolderName/MSDK_CORE`, `${last} - - - - CardHolderName`],
    [`/444///${BINDING}/CardHolderName/MSDK_CORE`, `- 444 - - ${BINDING} CardHolderName`],
    [`////${BINDING}/CardHolderName/MSDK_CORE`, `- - - - ${BINDING} CardHolderName`],
    [`${pan}/444/202012/${ORDER}`, `${last} 444 12.2020 ${ORDER} - -`],
    [`${pan}/444/20306`, `${last} 444 6.2030 - - -`],
    [`${pan}/444/203006`, `${last} 444 6.2030 - - -`],
    [`${pan}//202012`, `${last} - 12.2020 - - -`],
    [`/444///${BINDING}`, `- 444 - - ${BINDING} -`],
    [`////${BINDING}`, `- - - - ${BINDING} -`],
    [`${pan}/444/202012/${ORDER}//A/B SON/WSDK_CORE`, `${last} 444 12.2020 ${ORDER} - A/B SON`],
  ]
  for (const [plaintext, expected] of rows) assert.equal(inShort(`${HEAD}/${plaintext}`), expected)
})

test('seToken: what is not whole is refused', () => {
  const rows = [
    '',
    HEAD,
    `${HEAD}/${pan}/444`,
    `${HEAD}/${pan.slice(0, 11)}/444/202012`,
    `${HEAD}/${pan.slice(0, -1)}${(Number(pan.slice(-1)) + 1) % 10}/444/202012`,
    `${HEAD}/${pan}/44/202012`,
    `${HEAD}/${pan}/444/202013`,
    `${HEAD}/${pan}/444/1220`,
    `${HEAD}/${pan}/444/202012/another-order`,
    `2020-07-06T07:26:20/${UUID}/${pan}/444/202012`,
    `2020-07-36T07:26:20Z/${UUID}/${pan}/444/202012`,
    `2020-07-06T07:26:20Z/${UUID.slice(1)}/${pan}/444/202012`,
  ]
  for (const plaintext of rows) assert.equal(readPlaintext(bytes(plaintext)), undefined)
  assert.equal(readPlaintext(Buffer.from([0xff, 0xfe])), undefined)
})

test('seToken: reading wipes what was read', () => {
  const plaintext = bytes(`${HEAD}/${pan}/444/202012`)
  assert.ok(readPlaintext(plaintext))
  assert.equal(
    plaintext.every((byte) => byte === 0),
    true,
  )
})

test('seToken: a plus that a form turned into a space is a plus again', () => {
  assert.deepEqual(blockOf(' // '), Buffer.from('+//+', 'base64'))
  assert.deepEqual(
    [blockOf(''), blockOf('a*b'), blockOf('a'.repeat(2_000))],
    [undefined, undefined, undefined],
  )
})

const older = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const newer = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const padding = constants.RSA_PKCS1_PADDING

/** As the vault's keys do it: each key opens every block that has its length. */
function opener(pairs: readonly KeyPairKeyObjectResult[]) {
  return async (block: Buffer) =>
    pairs.flatMap(({ privateKey: key }) => {
      try {
        return [privateDecrypt({ key, padding }, block)]
      } catch {
        return []
      }
    })
}

function aWorld({ failuresMax = 20, pairs = [newer, older] } = {}) {
  const seen = new Set<string>()
  const clock = clockFrom(NOW.toISOString())
  let failures = { count: 0, until: NOW }
  const store = {
    countFailure: async ({ at }: { at: Date }, { address, windowMs }: FailureLimits) => {
      if (failures.until <= at) failures = { count: 0, until: clock.in(windowMs) }
      failures.count += 1
      const addressUntil = failures.count >= address ? failures.until : undefined
      return { addressUntil, merchantUntil: undefined }
    },
    use: async ({ merchantId, uuid }: { merchantId: string; uuid: string }) => {
      const isFirst = !seen.has(merchantId + uuid)
      seen.add(merchantId + uuid)
      return isFirst
    },
  }
  const limits = { address: failuresMax, merchant: Infinity, windowMs: 300_000 }
  const budget = createFailureBudget({ store, clock, limits })
  const keys = { publicKeys: async () => [], open: opener(pairs) }
  const seTokens = createSeTokens({ keys, store, clock, budget })
  return { seTokens, pass: clock.advance }
}

const USE = { merchantId: 'shop', orderId: ORDER, address: '192.0.2.1' }

function encrypted(plaintext: string, { publicKey }: { publicKey: KeyObject } = newer): string {
  return publicEncrypt({ key: publicKey, padding }, bytes(plaintext)).toString('base64')
}

const good = `${HEAD}/${pan}/444/203012/${ORDER}`

/** What came of it: the last digits of the card, or the error as the wire would have it. */
async function outcome(open: Promise<{ pan: unknown }>): Promise<string> {
  return open.then(
    (token) => String(token.pan).slice(-4),
    (error: unknown) => {
      assert.ok(error instanceof WireError)
      return JSON.stringify(error.fault)
    },
  )
}

const REFUSED = '{"code":"5","message":"wrong","field":"seToken"}'

test('seToken: the newest key and the one before it both open theirs', async () => {
  const { seTokens } = aWorld()
  assert.equal(await outcome(seTokens.open(encrypted(good), USE)), pan.slice(-4))
  const other = good.replace(UUID, BINDING)
  assert.equal(await outcome(seTokens.open(encrypted(other, older), USE)), pan.slice(-4))
})

test('seToken: it counts once, for its order, and not for long', async () => {
  const { seTokens, pass } = aWorld()
  const text = encrypted(good)
  assert.equal(await outcome(seTokens.open(text, { ...USE, orderId: undefined })), REFUSED)
  assert.equal(await outcome(seTokens.open(text, { ...USE, orderId: BINDING })), REFUSED)
  assert.equal(await outcome(seTokens.open(text, USE)), pan.slice(-4))
  assert.equal(await outcome(seTokens.open(text, USE)), REFUSED)
  assert.equal(await outcome(seTokens.open(encrypted(good), USE)), REFUSED)
  const next = encrypted(good.replace(UUID, BINDING))
  pass(600_001)
  assert.equal(await outcome(seTokens.open(next, USE)), REFUSED)
  pass(-1_200_002)
  assert.equal(await outcome(seTokens.open(next, USE)), REFUSED)
  pass(600_001)
  assert.equal(await outcome(seTokens.open(next, USE)), pan.slice(-4))
})

test('seToken: after twenty that do not open, a payer is not listened to for five minutes', async () => {
  const { seTokens, pass } = aWorld()
  for (let failures = 0; failures < 20; failures += 1) {
    assert.equal(await outcome(seTokens.open('AAAA', USE)), REFUSED)
  }
  assert.equal(await outcome(seTokens.open(encrypted(good), USE)), REFUSED)
  const elsewhere = { ...USE, address: '192.0.2.2' }
  assert.equal(await outcome(seTokens.open(encrypted(good), elsewhere)), pan.slice(-4))
  pass(300_000)
  const next = encrypted(good.replace(UUID, BINDING))
  assert.equal(await outcome(seTokens.open(next, USE)), pan.slice(-4))
})

/** Changes some bits, or bytes, or the length of a block, and now and then the text around it. */
function mutated(block: Buffer): string {
  const changed = Buffer.from(block)
  const start = randomInt(changed.length)
  for (let times = randomInt(1, 4); times > 0; times -= 1) {
    const at = (start + 7 * times) % changed.length
    changed[at] = (changed[at] ?? 0) ^ randomInt(1, 256)
  }
  const how = randomInt(20)
  if (how === 0) return changed.subarray(randomInt(changed.length)).toString('base64')
  const text = changed.toString('base64')
  return how === 1 ? `${text.slice(0, randomInt(text.length))}*${text}` : text
}

// A short key, so that this takes seconds; the code does not know how long keys are.
test('seToken: 100,000 mutated ones have one answer', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 768 })
  const { seTokens } = aWorld({ failuresMax: Infinity, pairs: [{ publicKey, privateKey }] })
  const plaintext = `2020-07-06T04:26:20Z/${UUID}/${pan}//203012`
  const use = { ...USE, orderId: undefined }
  const text = encrypted(plaintext, { publicKey })
  const block = Buffer.from(text, 'base64')
  const answers = new Set<string>()
  for (let round = 0; round < 100_000; round += 1) {
    answers.add(await outcome(seTokens.open(mutated(block), use)))
  }
  assert.deepEqual([...answers], [REFUSED])
  assert.equal(await outcome(seTokens.open(text, use)), pan.slice(-4))
})
