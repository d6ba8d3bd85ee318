import { randomInt } from 'node:crypto'
import { digitsOf } from './times.ts'

const UUID_DIGITS = 39

/** A card's name in this dialect: PMTOKEN, the time, and eighteen digits. */
export function nameVaultToken(at: Date): string {
  const chance = [randomInt(1e9), randomInt(1e9)].map((part) => String(part).padStart(9, '0'))
  return `PMTOKEN${digitsOf(at)}${chance.join('')}`
}

/** `T`, the hour, and the order's own id in decimal. */
export function tradeTokenOf(orderId: string, at: Date): string {
  return `T${digitsOf(at).slice(0, 10)}${decimalOf(orderId)}`
}

/** @returns undefined for what cannot be a trade token of ours. */
export function orderIdOf(tradeToken: string): string | undefined {
  return uuidIn(/^T\d{10}(\d{39})$/, tradeToken)
}

/** Numbers of operations: the second, two letters, and the operation's own id in decimal. */
export function numberOf(operationId: string, at: Date, kind: 'TI' | 'ED'): string {
  return `${digitsOf(at).slice(0, 14)}${kind}${decimalOf(operationId)}`
}

/** @returns undefined for what cannot be a number of an operation of ours. */
export function operationIdOf(number: string): string | undefined {
  return uuidIn(/^\d{14}(?:TI|ED)(\d{39})$/, number)
}

function decimalOf(uuid: string): string {
  return BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString()
    .padStart(UUID_DIGITS, '0')
}

function uuidIn(form: RegExp, text: string): string | undefined {
  const [, digits] = form.exec(text) ?? []
  if (digits === undefined) return undefined
  const hex = BigInt(digits).toString(16).padStart(32, '0')
  if (hex.length > 32) return undefined
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
