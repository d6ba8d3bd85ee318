/** The error codes of EMV 3DS, as they stand in an `Erro` message. */
export const ERROR_DESCRIPTIONS = {
  '101': 'Message received invalid',
  '102': 'Message version number not supported',
  '103': 'Sent messages limit exceeded',
  '201': 'Required data element missing',
  '202': 'Critical message extension not recognized',
  '203': 'Format of one or more data elements is invalid',
  '204': 'Duplicate data element',
  '301': 'Transaction ID not recognized',
  '302': 'Data decryption failure',
  '303': 'Access denied, invalid endpoint',
  '304': 'ISO code not valid',
  '305': 'Transaction data not valid',
  '306': 'Merchant category code not valid',
  '307': 'Serial number not valid',
  '402': 'Transaction timed out',
  '403': 'Transient system failure',
  '404': 'Permanent system failure',
  '405': 'System connection failure',
} as const

export type ErrorCode = keyof typeof ERROR_DESCRIPTIONS

/** What could be read of a refused message, for the `Erro` that answers it. */
export interface Seen {
  readonly messageType?: string
  readonly messageVersion?: string
  readonly threeDSServerTransID?: string
  readonly dsTransID?: string
  readonly acsTransID?: string
}

/** A refused 3-D Secure message. It names the element at fault, never what stood in it. */
export class MessageError extends Error {
  readonly code: ErrorCode
  /** The element's name in EMV's spelling, with a point before one that lies inside another. */
  readonly element: string
  readonly seen: Seen

  constructor(code: ErrorCode, element: string, seen: Seen = {}) {
    super(`3-D Secure message refused: ${code} ${element}`)
    this.name = 'MessageError'
    this.code = code
    this.element = element
    this.seen = seen
  }
}
