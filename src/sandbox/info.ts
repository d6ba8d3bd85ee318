/** What a tester needs to know about this sandbox; `GET /sandbox` answers it. */
export interface SandboxInfo {
  readonly baseUrls: { readonly twoc2p: string; readonly jcc: string }
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
  }[]
  readonly testCards: readonly {
    readonly pan: string
    readonly brand: string
    readonly expiry: string
    readonly cvv: string
    readonly does: string
  }[]
}
