import { type PGWClient, shared } from './client.ts'
import type { PGWError } from './error.ts'
import type { PGWSDKParams } from './params.ts'

/** The SDK's one entry, in every way that 2C2P's samples write it. */
export interface PGWSDKEntry {
  /** Flutter: `PGWSDK().customerTokenInfo(…)`. */
  (): PGWClient
  new (): PGWClient
  /** Swift: `PGWSDK.shared.customerTokenInfo(…)`. */
  readonly shared: PGWClient
  /** Android: `PGWSDK.getInstance().customerTokenInfo(…)`. */
  getInstance(): PGWClient
  /** Says which gateway, once. @throws PGWError `invalidRequest`, without `onFailure`. */
  initialize(params: PGWSDKParams, onFailure?: (error: PGWError) => unknown): PGWClient
}

/** The SDK: one for the app. `PGWSDK.initialize(…)` first. */
export const PGWSDK: PGWSDKEntry = /* @__PURE__ */ makeEntry()

function makeEntry(): PGWSDKEntry {
  const entry = function PGWSDK(): PGWClient {
    return shared
  }
  const initialize: PGWClient['initialize'] = (...given) => shared.initialize(...given)
  // A function may be called with new, which its type cannot say.
  return Object.assign(entry, {
    shared,
    getInstance: () => shared,
    initialize,
  }) as unknown as PGWSDKEntry
}
