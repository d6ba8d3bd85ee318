import type { Order } from './order.ts'

/** An open order of thirty minutes; a test names only what it is about. */
export function anOrder(differences: Partial<Order> = {}): Order {
  return {
    merchantId: 'JT01',
    orderId: '0193a1b2-4222-7222-8222-222200000000',
    dialect: 'twoc2p',
    merchantReference: '1523953661',
    amount: { minor: 100_000n, currency: 'SGD' },
    description: 'item 1',
    captureMode: 'automatic',
    tokenize: 'no',
    threeds: 'try',
    vaultTokenIds: [],
    notifyUrl: undefined,
    customerId: undefined,
    announcesExpiry: false,
    storedFor: undefined,
    details: {},
    status: 'open',
    expiresAt: new Date('2026-11-20T12:00:00Z'),
    createdAt: new Date('2026-11-20T11:30:00Z'),
    ...differences,
  }
}
