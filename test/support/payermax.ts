import type { SandboxInfo } from '../../src/sandbox/info.ts'
import { payerMaxClient, type PayerMaxClient } from '../../src/sandbox/payermax-client.ts'

export type { PayerMaxClient }

/** What the sandbox shows a tester. */
export async function sandboxInfo(url: string): Promise<SandboxInfo> {
  const response = await fetch(`${url}/sandbox`)
  return (await response.json()) as SandboxInfo
}

/** The demo merchant's client, with its keys as the sandbox shows them. */
export async function payerMaxOf(url: string): Promise<PayerMaxClient> {
  return payerMaxClient(await sandboxInfo(url))
}
