import { serve } from './listen.ts'

/** A shop's own little site, on another host than the gateway's, as browsers see it. */
export interface ShopSite {
  readonly url: string
  /** What forms posted to it. */
  readonly posted: URLSearchParams[]
}

/** @param pages texts by path, with their type; a path that is not there is a plain "Back" page. */
export async function openShopSite(
  pages: Readonly<Record<string, readonly [type: string, text: string]>>,
): Promise<ShopSite> {
  const posted: URLSearchParams[] = []
  const url = await serve((request, response, body) => {
    if (request.method === 'POST') posted.push(new URLSearchParams(body))
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const [type, text] = pages[pathname] ?? ['text/html', '<title>Shop</title><h1>Back</h1>']
    response.setHeader('content-type', `${type}; charset=utf-8`)
    response.end(text)
  }, 'localhost')
  return { url, posted }
}
