/** What a tester needs to know about this sandbox; `GET /sandbox` answers it. */
export interface SandboxInfo {
  readonly baseUrls: { readonly twoc2p: string; readonly jcc: string; readonly payermax: string }
  readonly merchants: readonly {
    readonly id: string
    readonly name: string
    readonly currency: string
    readonly twoc2p: { readonly merchantID: string; readonly secretKey: string }
    readonly jcc: {
      readonly userName: string
      readonly password: string
      /** Signs the checksums of callbacks. */
      readonly callbackSecret: string
    }
    /** Undefined for merchants without an application there. */
    readonly payermax?: PayerMaxInfo | undefined
  }[]
  readonly testCards: readonly {
    readonly pan: string
    readonly brand: string
    readonly expiry: string
    readonly cvv: string
    readonly does: string
  }[]
}

/** A merchant's application in this dialect; keys in the one-line forms of its SDKs. */
export interface PayerMaxInfo {
  /** Its name in the first generation. */
  readonly merchantId: string
  readonly merchantNo: string
  readonly appId: string
  /** PKCS#8, base64. */
  readonly merchantPrivateKey: string
  /** SubjectPublicKeyInfo, base64. */
  readonly platformPublicKey: string
  /** Of the first generation's body signature. */
  readonly secretKey: string
  /** A user; the first merchant's has a stored card and a wallet. */
  readonly sampleUserId: string
}
