import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Config, ConfigError } from '../config.ts'
import { currencyOf } from '../core/currency.ts'
import { secretPlace, SHARED } from '../gateway/merchants.ts'
import type { Merchant } from '../gateway/ports.ts'
import { logoUrlOf } from '../page/logo.ts'
import type { Base } from './base.ts'
import { withBase } from './with-base.ts'

const TWOC2P = 'twoc2p'
const ID_FORM = /^[A-Za-z0-9_-]{1,25}$/

export interface NewMerchant {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly timeZone: string
  readonly notifyUrl?: string
  readonly returnUrl?: string
  readonly tokenization: boolean
  readonly returnHost?: readonly string[]
  readonly color?: string
  /** Path of a picture. */
  readonly logo?: string
}

/** Adds a merchant. @returns its secret, shown this once. */
export async function addMerchant(config: Config, given: NewMerchant): Promise<string> {
  const merchant = { ...checked(given), logoUrl: await readLogo(given.logo) }
  return withBase(config, async (base) => {
    if (!(await base.merchants.add(merchant, base.clock.now()))) {
      throw new ConfigError(`There is a merchant ${merchant.merchantId} already`)
    }
    return newSecret(base, merchant.merchantId, 0)
  })
}

export function listMerchants(config: Config): Promise<readonly Merchant[]> {
  return withBase(config, ({ merchants }) => merchants.list())
}

/** Gives a merchant a new secret; the old one stays good for `overlapHours`. @returns the new one. */
export function rotateSecret(
  config: Config,
  merchantId: string,
  overlapHours: number,
): Promise<string> {
  return withBase(config, async (base) => {
    if ((await base.merchants.find(merchantId)) === undefined) {
      throw new ConfigError(`There is no merchant ${merchantId}`)
    }
    return newSecret(base, merchantId, overlapHours)
  })
}

async function newSecret(base: Base, merchantId: string, overlapHours: number): Promise<string> {
  const secret = randomBytes(32).toString('hex').toUpperCase()
  const secretId = randomUUID()
  const sealed = await base.vault.sealSecret(merchantId, secretPlace(TWOC2P, secretId), secret)
  const oldUntil = base.clock.in(overlapHours * 3_600_000)
  const at = base.clock.now()
  const entry = { secretId, kind: SHARED, version: '', sealed, at, oldUntil }
  await base.merchants.addSecret(merchantId, TWOC2P, entry)
  return secret
}

function checked(given: NewMerchant): Omit<Merchant, 'logoUrl'> {
  if (!ID_FORM.test(given.id)) {
    throw new ConfigError('A merchant id has 1 to 25 letters, digits, dashes or underscores')
  }
  if (currencyOf(given.currency) === undefined) {
    throw new ConfigError(`${given.currency} is no ISO 4217 currency code`)
  }
  if (!Intl.supportedValuesOf('timeZone').includes(given.timeZone) && given.timeZone !== 'UTC') {
    throw new ConfigError(`${given.timeZone} is no IANA time zone`)
  }
  for (const url of [given.notifyUrl, given.returnUrl]) {
    if (url !== undefined && URL.parse(url)?.protocol !== 'https:') {
      throw new ConfigError('Notification and return URLs must start with https://')
    }
  }
  checkColor(given.color)
  return {
    merchantId: given.id,
    name: given.name,
    currency: given.currency,
    timeZone: given.timeZone,
    notifyUrl: given.notifyUrl,
    returnUrl: given.returnUrl,
    mayTokenize: given.tokenization,
    returnHosts: given.returnHost ?? [],
    color: given.color,
  }
}

function checkColor(color: string | undefined): void {
  if (color === undefined || /^#[0-9a-f]{6}$/.test(color)) return
  throw new ConfigError('A color is written #rrggbb')
}

/** The picture itself is kept: a payer's browser loads nothing from elsewhere. */
async function readLogo(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const bytes = await readFile(path).catch(() => {
    throw new ConfigError(`${path} cannot be read`)
  })
  const url = logoUrlOf(bytes)
  if (url === undefined) throw new ConfigError('A logo is a PNG, JPEG or WebP of at most 64 KiB')
  return url
}
