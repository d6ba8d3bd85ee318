import type { FastifyInstance } from 'fastify'
import type { PageAssets } from './assets.ts'
import { escapeHtml, ICON_LINK, newNonce, pageHeaders } from './html.ts'

const BASE = '/page-assets/'

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

  app.get<{ Params: { '*': string } }>(`${BASE}*`, async ({ params }, reply) => {
    const file = assets.files.get(params['*'])
    if (file === undefined) return reply.code(404).send({ error: 'not_found' })
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .type(file.type)
      .send(file.bytes)
  })
}

/** The page's document: its script and styles, and nothing yet to see. */
export function documentOf(
  { script, styles }: Pick<PageAssets, 'script' | 'styles'>,
  nonce: string,
): string {
  const attributes = (integrity: string) => `nonce="${nonce}" integrity="${integrity}"`
  const links = styles.map(
    ({ name, integrity }) =>
      `<link rel="stylesheet" href="${BASE}${escapeHtml(name)}" ${attributes(integrity)}>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${ICON_LINK}
<title>Payment</title>
${links.join('\n')}
<script type="module" src="${BASE}${escapeHtml(script.name)}" ${attributes(script.integrity)}></script>
</head>
<body><div id="app"></div><noscript>This page needs JavaScript to take your card safely.</noscript></body>
</html>`
}
