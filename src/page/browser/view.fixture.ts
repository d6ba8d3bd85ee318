import type { StoredCard, View, ViewState } from './view.ts'

/** A view of which a test names only what it is about. */
export function aView(state: ViewState = 'open', parts: Partial<View> = {}): View {
  return {
    state,
    mayRetry: false,
    merchant: { name: 'Blue Harbor Coffee', logoUrl: null, color: null },
    order: {
      reference: 'BHC-2026-004211',
      description: 'Two bags of Doi Chaang, whole beans',
      amount: '1,000.00',
      currency: 'THB',
      expiresAt: '2046-11-21T16:30:00Z',
    },
    locale: 'en',
    cards: [],
    charges: true,
    maySave: true,
    mayEnterCard: true,
    ...parts,
  }
}

function aCard(id: string, parts: Partial<StoredCard> = {}): StoredCard {
  return {
    id,
    brand: 'visa',
    lastFour: '1111',
    expiry: '12/29',
    isExpired: false,
    asksCode: true,
    ...parts,
  }
}

export const CARDS: readonly StoredCard[] = [
  aCard('one'),
  aCard('two', { brand: 'mastercard', lastFour: '4444', asksCode: false }),
  aCard('three', {
    brand: 'amex',
    lastFour: '0005',
    expiry: '03/24',
    isExpired: true,
  }),
]
