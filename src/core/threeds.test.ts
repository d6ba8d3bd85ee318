import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Brand, Sad } from './pan.ts'
import { type Authentication, eciOf, judge, type TransStatus } from './threeds.ts'

const BRANDS: readonly Brand[] = [
  'visa',
  'mastercard',
  'amex',
  'jcb',
  'unionpay',
  'diners',
  'discover',
]
const STATUSES: readonly TransStatus[] = ['Y', 'A', 'N', 'U', 'C', 'D', 'R', 'I']
const ECIS = ['00', '01', '02', '03', '04', '05', '06', '07', '7', '', '5 ', '٠٥'] as const
const CAVV = Buffer.alloc(20, 7).toString('base64')

const anAuthentication = (part: Partial<Authentication>): Authentication => ({
  brand: 'visa',
  transStatus: 'Y',
  eci: '05',
  cavv: new Sad(CAVV),
  policy: 'try',
  ...part,
})

// One line per answer; "-" is an absent element. The cavv is good, bad or absent.
const TABLE = `
  visa       Y 05 good try   05 authenticated
  visa       Y 05 good force 05 authenticated
  amex       Y 05 good force 05 authenticated
  jcb        Y 05 good force 05 authenticated
  diners     Y 05 good force 05 authenticated
  unionpay   Y 05 good force 05 authenticated
  discover   Y 05 good force 05 authenticated
  mastercard Y 02 good try   02 authenticated
  mastercard Y 02 good force 02 authenticated
  visa       Y 07 good try   refuse eci_mismatch
  visa       Y 06 good try   refuse eci_mismatch
  visa       Y 02 good try   refuse eci_mismatch
  mastercard Y 05 good try   refuse eci_mismatch
  mastercard Y 01 good try   refuse eci_mismatch
  visa       Y -  good try   refuse eci_missing
  visa       Y 05 -    try   refuse cavv_missing
  visa       Y 05 bad  try   refuse cavv_invalid
  visa       A 06 good try   06 attempted
  mastercard A 01 good try   01 attempted
  visa       A 06 good force refuse only_attempted
  mastercard A 01 good force refuse only_attempted
  visa       A 05 good try   refuse eci_mismatch
  visa       A 05 good force refuse eci_mismatch
  visa       A -  good try   refuse eci_missing
  visa       A 06 -    try   refuse cavv_missing
  visa       A 06 bad  try   refuse cavv_invalid
  visa       N -  -    try   refuse not_authenticated
  visa       N 05 good try   refuse not_authenticated
  visa       R -  -    try   refuse rejected
  visa       R 05 good try   refuse rejected
  visa       U -  -    try   07 notAuthenticated
  visa       U 07 -    try   07 notAuthenticated
  visa       U 05 good try   refuse eci_mismatch
  mastercard U -  -    try   00 notAuthenticated
  mastercard U 00 -    try   00 notAuthenticated
  mastercard U 07 -    try   refuse eci_mismatch
  visa       U -  -    force refuse not_performed
  visa       I -  -    try   07 notAuthenticated
  mastercard I 00 bad  try   00 notAuthenticated
  visa       I 07 -    force refuse not_performed
  visa       C -  -    try   challenge -
  mastercard C -  -    force challenge -
  visa       D -  -    try   refuse decoupled
`

test('threeds: each answer is judged as the table says', () => {
  const rows = TABLE.trim().split('\n')
  assert.ok(rows.length > 40)
  for (const row of rows) {
    const [brand, transStatus, eci = '', cavv, policy, first, second] = row.trim().split(/ +/)
    const judgment = judge({
      brand: brand as Brand,
      transStatus: transStatus as TransStatus,
      eci: eci === '-' ? undefined : eci,
      cavv: cavv === '-' ? undefined : new Sad(cavv === 'good' ? CAVV : `${CAVV.slice(0, -1)}A`),
      policy: policy === 'force' ? 'force' : 'try',
    })
    const told =
      judgment.kind === 'proceed'
        ? [judgment.eci, judgment.level]
        : [judgment.kind, judgment.kind === 'refuse' ? judgment.reason : '-']
    assert.deepEqual(told, [first, second], row)
  }
})

const authentications = fc.record({
  brand: fc.constantFrom(...BRANDS),
  transStatus: fc.constantFrom(...STATUSES),
  eci: fc.option(fc.constantFrom(...ECIS), { nil: undefined }),
  cavv: fc.option(
    fc.constantFrom(CAVV, CAVV, `${CAVV} `, '').map((text) => new Sad(text)),
    {
      nil: undefined,
    },
  ),
  policy: fc.constantFrom('try' as const, 'force' as const),
})

test('threeds: whatever is answered, force lets only full authentication through', () => {
  fc.assert(
    fc.property(authentications, (authentication) => {
      const judgment = judge({ ...authentication, policy: 'force' })
      if (judgment.kind !== 'proceed') return
      assert.equal(judgment.level, 'authenticated')
      assert.equal(authentication.transStatus, 'Y')
      assert.equal(authentication.cavv?.reveal(), CAVV)
      assert.equal(judgment.eci, authentication.brand === 'mastercard' ? '02' : '05')
    }),
    { numRuns: 3000 },
  )
})

test('threeds: an ECI is passed on as it came or stands for no proof; it is never improved', () => {
  fc.assert(
    fc.property(authentications, (authentication) => {
      const judgment = judge(authentication)
      if (judgment.kind !== 'proceed') return
      const { brand, eci, transStatus } = authentication
      assert.equal(judgment.eci, eci ?? eciOf(brand, 'notAuthenticated'))
      assert.ok(!['N', 'R', 'C', 'D'].includes(transStatus))
      if (judgment.level === 'notAuthenticated') assert.ok('UI'.includes(transStatus))
      else assert.equal(authentication.cavv?.reveal(), CAVV)
    }),
    { numRuns: 3000 },
  )
})

test('threeds: an authentication value is twenty bytes in their one base64 form', () => {
  const isTaken = (text: string) =>
    judge(anAuthentication({ cavv: new Sad(text) })).kind === 'proceed'
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 18, maxLength: 22 }), (bytes) => {
      assert.equal(isTaken(Buffer.from(bytes).toString('base64')), bytes.length === 20)
      assert.equal(isTaken(Buffer.from(bytes).toString('base64url')), false)
    }),
  )
  for (const text of ['', CAVV.slice(0, -1), `${CAVV}=`, ` ${CAVV}`, `${CAVV}\n`, '='.repeat(28)])
    assert.equal(isTaken(text), false, JSON.stringify(text))
  assert.equal(isTaken(`${'A'.repeat(26)}B=`), false, 'bits beyond the last byte')
})
