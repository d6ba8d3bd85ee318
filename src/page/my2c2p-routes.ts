import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { sendScript } from './assets.ts'

const SCRIPT = new URL('../../sdk/dist/browser/my2c2p.min.js', import.meta.url)

/** Where 2C2P's own pages load it from (Using SecureFields, SecurePay JS); the host is ours. */
const FOLDERS = ['/SecurePayment/api/', '/2C2PFrontEnd/SecurePayment/api/', '/2C2PPGW/secureField/']

const NAME =
  /^(?:pgw-securepay-sdk-|my2c2p(?:-sandbox|-securefields)?\.)[0-9]+(?:\.[0-9]+){2}\.min\.js$/i

/**
 * Serves the script that encrypts cards on merchants' pages, under the names that they load now.
 *
 * @throws Error with one sentence when it was not built.
 */
export async function addMy2c2pRoutes(app: FastifyInstance): Promise<void> {
  const script = await readFile(SCRIPT).catch(() => {
    throw new Error('The client SDK is not built: run `npm run build` first')
  })
  for (const folder of FOLDERS) {
    app.get<{ Params: { name: string } }>(`${folder}:name`, async ({ params }, reply) => {
      if (!NAME.test(params.name)) return reply.callNotFound()
      return sendScript(reply, script)
    })
  }
}
