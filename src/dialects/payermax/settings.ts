/** What a merchant has set in its console, or has in its contract. */
export interface Settings {
  /** The one application of the merchant that its keys belong to. */
  readonly appId: string
  /** Where results go for which a request names no address. */
  readonly notifyUrls: {
    readonly payment: string | undefined
    readonly refund: string | undefined
    readonly paymentToken: string | undefined
  }
  /** Token notifications in the flat form of the first generation. */
  readonly isFlat: boolean
  readonly allows: {
    readonly dynamic3DS: boolean
    readonly authorization: boolean
    readonly preAuthorization: boolean
  }
  /** Answers carry the issuer's own code. */
  readonly showsIssuerCodes: boolean
}

/** Reads the settings of a merchant's account; what is not there is as a new account has it. */
export function readSettings(settings: Readonly<Record<string, unknown>>): Settings {
  const text = (name: string) => {
    const value = settings[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return {
    appId: text('appId') ?? '',
    notifyUrls: {
      payment: text('paymentNotifyUrl'),
      refund: text('refundNotifyUrl'),
      paymentToken: text('paymentTokenNotifyUrl'),
    },
    isFlat: settings['isFlat'] === true,
    allows: {
      dynamic3DS: settings['dynamic3DS'] !== false,
      authorization: settings['authorization'] !== false,
      preAuthorization: settings['preAuthorization'] !== false,
    },
    showsIssuerCodes: settings['showsIssuerCodes'] === true,
  }
}
