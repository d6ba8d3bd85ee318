import type { FastifyInstance } from 'fastify'
import { type PageAssets, sendAsset } from './assets.ts'
import { builtDocument, ICON_LINK, newNonce, pageHeaders } from './html.ts'

const BASE = '/page-assets/'

const HEAD = `<meta name="color-scheme" content="light dark">\n${ICON_LINK}`
const BODY =
  '<div id="app"></div><noscript>This page needs JavaScript to take your card safely.</noscript>'

/** Serves the hosted page's document at each address that a dialect gives it, and its files. */
export function addDocumentRoutes(
  app: FastifyInstance,
  assets: PageAssets,
  paths: readonly string[],
): void {
  for (const path of paths) {
    app.get(path, async (_request, reply) => {
      const nonce = newNonce()
      return reply.headers(pageHeaders({ nonce })).send(documentOf(assets, nonce))
    })
  }

  app.get('/favicon.ico', async (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=86400')
      .header('x-content-type-options', 'nosniff')
      .type('image/x-icon')
      .send(assets.icon),
  )

  app.get<{ Params: { '*': string } }>(`${BASE}*`, async ({ params }, reply) =>
    sendAsset(reply, assets.files.get(params['*'])),
  )
}

/** The page's document: its script and styles, and nothing yet to see. */
export function documentOf(assets: Pick<PageAssets, 'script' | 'styles'>, nonce: string): string {
  const { script, styles } = assets
  return builtDocument({
    script,
    styles,
    base: BASE,
    nonce,
    title: 'Payment',
    head: HEAD,
    body: BODY,
  })
}
