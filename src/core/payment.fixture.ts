import type { Payment } from './payment.ts'

/** Ten cents that are held; a test names only what it is about. */
export function aPayment(differences: Partial<Payment> = {}): Payment {
  return {
    merchantId: 'JT01',
    paymentId: '0193a1b2-4222-7222-8222-222200000001',
    orderId: '0193a1b2-4222-7222-8222-222200000000',
    status: 'authorized',
    instrument: 'card',
    card: { panMasked: '411111******1111', brand: 'visa' },
    cardExpiry: undefined,
    amount: { minor: 10n, currency: 'SGD' },
    authorizedMinor: 10n,
    capturedMinor: 0n,
    capturingMinor: 0n,
    refundedMinor: 0n,
    refundingMinor: 0n,
    creditedMinor: 0n,
    eci: undefined,
    traceNumber: '1',
    rrn: undefined,
    approvalCode: undefined,
    responseCode: undefined,
    networkTransactionId: undefined,
    issuer: {},
    failure: undefined,
    vaultTokenId: undefined,
    details: undefined,
    reopens: false,
    settledAt: undefined,
    createdAt: new Date('2026-11-20T12:00:00Z'),
    ...differences,
  }
}
