import type { CardStore, KeyPurpose, KeyStore, WrappedKey } from '../../vault/ports.ts'
import { type Database, sql } from './database.ts'

interface KeyRow {
  merchant_id: string
  purpose: KeyPurpose
  key_id: number
  state: WrappedKey['state']
  wrapped: Buffer
  kek_id: string
}

export function postgresKeyStore(database: Database): KeyStore {
  return {
    async active(merchantId, purpose) {
      const { rows } = await database.run<KeyRow>(
        sql('key_active')`select * from vault.data_key
          where merchant_id = ${merchantId} and purpose = ${purpose} and state = 'active'`,
      )
      return rows[0] && toKey(rows[0])
    },

    async find(merchantId, purpose, keyId) {
      const { rows } = await database.run<KeyRow>(
        sql('key_find')`select * from vault.data_key
          where merchant_id = ${merchantId} and purpose = ${purpose} and key_id = ${keyId}
            and state <> 'destroyed'`,
      )
      return rows[0] && toKey(rows[0])
    },

    async add(key, at) {
      const { count } = await database.run(sql('key_add')`
        insert into vault.data_key (merchant_id, purpose, key_id, state, wrapped, kek_id,
          created_at)
        values (${key.merchantId}, ${key.purpose}, ${key.keyId}, ${key.state}, ${key.wrapped},
          ${key.kekId}, ${at})
        on conflict do nothing`)
      return count === 1
    },

    async takeSeals(key, seals) {
      const { count } = await database.run(sql('key_take_seals')`
        update vault.data_key set seals = seals + ${seals}
        where merchant_id = ${key.merchantId} and purpose = ${key.purpose}
          and key_id = ${key.keyId} and state = 'active' and seals + ${seals} <= 2147483648`)
      return count === 1
    },
  }
}

export function postgresCardStore(database: Database): CardStore {
  const findByFingerprint: CardStore['findByFingerprint'] = async (merchantId, keyId, print) => {
    const { rows } = await database.run<{ card_id: string }>(
      sql('card_by_fingerprint')`select card_id from vault.card
        where merchant_id = ${merchantId} and fingerprint_key_id = ${keyId}
          and fingerprint = ${print}`,
    )
    return rows[0]?.card_id
  }
  return {
    findByFingerprint,

    async add(card, at) {
      const { count } = await database.run(sql('card_add')`
        insert into vault.card (merchant_id, card_id, sealed, fingerprint, fingerprint_key_id,
          created_at)
        values (${card.merchantId}, ${card.cardId}, ${card.sealed}, ${card.fingerprint},
          ${card.fingerprintKeyId}, ${at})
        on conflict do nothing`)
      if (count === 1) return card.cardId
      const { merchantId, fingerprintKeyId, fingerprint } = card
      const earlier = await findByFingerprint(merchantId, fingerprintKeyId, fingerprint)
      if (earlier === undefined) throw new Error('a card conflicts with one that is not there')
      return earlier
    },

    async sealed(merchantId, cardId) {
      const { rows } = await database.run<{ sealed: Buffer }>(
        sql('card_sealed')`select sealed from vault.card
          where merchant_id = ${merchantId} and card_id = ${cardId}`,
      )
      return rows[0]?.sealed
    },
  }
}

function toKey(row: KeyRow): WrappedKey {
  return {
    merchantId: row.merchant_id,
    purpose: row.purpose,
    keyId: row.key_id,
    state: row.state,
    wrapped: row.wrapped,
    kekId: row.kek_id,
  }
}
