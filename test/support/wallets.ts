import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { WalletKey } from '../../src/vault/opened-wallet.ts'

/** Published payments of real wallets, with the keys they were encrypted to. */
export interface PublishedPayments {
  readonly applePay: {
    readonly privateKey: string
    readonly merchantIdentifier: string
    readonly signedAt: string
    readonly paymentData: PaymentData
  }
  readonly googlePay: {
    readonly privateKey: string
    readonly recipientId: string
    readonly rootKeys: object
    readonly ECv1: PublishedMessage
    readonly ECv2: PublishedMessage
  }
}

export interface PaymentData {
  readonly version: string
  readonly data: string
  readonly signature: string
  readonly header: Readonly<Record<string, string>>
}

interface PublishedMessage {
  readonly at: number
  readonly goodUntil: number
  readonly paymentMethodToken: Readonly<Record<string, unknown>>
}

export function publishedPayments(): PublishedPayments {
  const path = new URL('../fixtures/wallet-payments.json', import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as PublishedPayments
}

/** A key that wallets encrypt to. @param sec1 base64 of its private half; undefined makes one. */
export function walletKey(sec1?: string, recipient?: string): WalletKey {
  const privateKey =
    sec1 === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : createPrivateKey({ key: Buffer.from(sec1, 'base64'), format: 'der', type: 'sec1' })
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, publicKey, recipient }
}

export function base64Json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}

/** The same bytes but for one, which has one bit changed. */
export function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64')
  const index = at % bytes.length
  bytes[index] = (bytes[index] ?? 0) ^ (1 << (at % 8))
  return bytes.toString('base64')
}
