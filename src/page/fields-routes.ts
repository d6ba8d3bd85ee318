import type { FastifyInstance } from 'fastify'
import { type PageAssets, sendAsset, sendScript } from './assets.ts'
import { builtDocument, newNonce, pageHeaders } from './html.ts'

const BASE = '/sdk/fields/'
const SCRIPT = 'fields.js'

/** As `merchant add` takes them. */
const MERCHANT_ID = /^[A-Za-z0-9_-]{1,25}$/

/**
 * Serves the hosted fields: the script for merchants' pages, and the document of one field, which
 * stands in a frame there.
 *
 * @param hostsOf the hosts that a merchant has registered; none for an unknown merchant.
 */
export function addFieldsRoutes(
  app: FastifyInstance,
  assets: PageAssets,
  hostsOf: (merchantId: string) => Promise<readonly string[]>,
): void {
  app.get(`/sdk/${SCRIPT}`, async (_request, reply) => {
    const script = assets.files.get(SCRIPT)
    if (script === undefined) throw new Error('The hosted fields were built without their script')
    return sendScript(reply, script.bytes)
  })

  app.get<{ Querystring: { merchant?: unknown } }>(`${BASE}frame`, async ({ query }, reply) => {
    const { merchant } = query
    const isId = typeof merchant === 'string' && MERCHANT_ID.test(merchant)
    const frameAncestors = ancestorsOf(isId ? await hostsOf(merchant) : [])
    const nonce = newNonce()
    const html = builtDocument({ ...assets, base: BASE, nonce, title: 'Card', head: '', body: '' })
    return reply.headers(pageHeaders({ nonce, frameAncestors })).send(html)
  })

  app.get<{ Params: { '*': string } }>(`${BASE}assets/*`, async ({ params }, reply) =>
    sendAsset(reply, assets.files.get(`assets/${params['*']}`)),
  )
}

/** Who may show a merchant's fields: its own pages, those that payers may be sent back to. */
function ancestorsOf(hosts: readonly string[]): readonly string[] {
  if (hosts.includes('*')) return ['*']
  const named = hosts.filter((host) => /^(?:\*\.)?[a-z0-9.-]+$/.test(host))
  return named.length === 0 ? ["'none'"] : named.map((host) => `https://${host}:*`)
}
