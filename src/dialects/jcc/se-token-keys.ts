import type { FastifyInstance } from 'fastify'
import type { SeTokenKeys } from './ports.ts'

/** `GET /payment/se/keys.do`: what payers' clients encrypt to, newest first; they take the first. */
export function addSeTokenKeys(scope: FastifyInstance, keys: SeTokenKeys): void {
  scope.get('/payment/se/keys.do', async (_request, reply) => {
    const good = await keys.publicKeys()
    // Web pages of shops ask for them too.
    void reply.header('access-control-allow-origin', '*')
    return {
      keys: good.map(({ publicKey, goodUntil }) => ({
        keyValue: `-----BEGIN PUBLIC KEY-----${publicKey.toString('base64')}-----END PUBLIC KEY-----`,
        protocolVersion: 'RSA',
        keyExpiration: goodUntil.getTime(),
      })),
    }
  })
}
