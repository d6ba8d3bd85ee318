import { digitsOf, maskNumber, parseExpiry } from '../card-form/card.ts'
import { type CardFields, encryptCard, type SecurePayKey } from '../secure-pay.ts'
import { kindIn, type Member, membersOf } from './group.ts'
import type { Failure, Setup } from './protocol.ts'
import { inWords } from './texts.ts'
import type { FieldName, FieldProblem, FieldProblems, SecuredCard } from './types.ts'

const KEY_URL = '/payment/4.3/securePayKey'
const KEY_MS_MAX = 10_000

/** Gathers what stands in the fields of one form and encrypts it, here, for the gateway alone. */
export async function tokenize(setup: Setup): Promise<SecuredCard | Failure> {
  const members = membersOf(setup.group)
  if (members.length !== setup.members.length) return { code: 'unreachable', problems: {} }
  const problems = problemsOf(members, setup)
  const wrong = members.find(({ field }) => problems[field] !== undefined)
  if (wrong !== undefined) {
    wrong.focus()
    return { code: 'card_invalid', problems }
  }
  return secure(cardOf(members), kindIn(members, setup.brand).brand)
}

function problemsOf(members: readonly Member[], { messages }: Setup): FieldProblems {
  const problems: Partial<Record<FieldName, FieldProblem>> = {}
  for (const member of members) {
    const code = member.check()
    if (code !== undefined) problems[member.field] = inWords(code, messages)
  }
  return problems
}

function cardOf(members: readonly Member[]): CardFields {
  const textOf = (name: FieldName) => members.find(({ field }) => field === name)?.text()
  const expiry = parseExpiry(textOf('expiry') ?? '')
  const number = textOf('number')
  return {
    cardNo: number && digitsOf(number),
    expiryMonth: expiry?.month,
    expiryYear: expiry?.year,
    securityCode: textOf('securityCode'),
  }
}

async function secure(card: CardFields, brand: string): Promise<SecuredCard | Failure> {
  if (!isSecureContext) return { code: 'insecure', problems: {} }
  const { cardNo, expiryMonth = '', expiryYear = '' } = card
  try {
    const { key, at } = await fetchKey()
    return {
      securePayToken: await encryptCard(key, card, at),
      maskedCardInfo: maskNumber(cardNo ?? ''),
      expMonthCardInfo: expiryMonth,
      expYearCardInfo: expiryYear,
      brand,
    }
  } catch {
    return { code: 'unreachable', problems: {} }
  }
}

/** The gateway's key, and its time: a payer's clock may be wrong by more than it tolerates. */
async function fetchKey(): Promise<{ readonly key: SecurePayKey; readonly at: number }> {
  const response = await fetch(KEY_URL, { signal: AbortSignal.timeout(KEY_MS_MAX) })
  const key = (await response.json()) as SecurePayKey
  const at = Date.parse(response.headers.get('date') ?? '')
  return { key, at: Number.isNaN(at) ? Date.now() : at }
}
