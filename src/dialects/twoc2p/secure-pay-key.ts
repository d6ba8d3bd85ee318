import Type from 'typebox'
import { SUCCESS } from './codes.ts'
import { answer } from './fields.ts'
import { openOperation } from './operation.ts'

/** Ours, as `securePayToken` is: the key that a client encrypts a card to. */
export const securePayKey = openOperation(
  {
    path: 'securePayKey',
    method: 'GET',
    summary: 'Get the key for securePayToken',
    maxAgeSeconds: 300,
    response: answer({
      keyId: Type.String({ description: '16 hex digits.' }),
      algorithm: Type.String(),
      publicKey: Type.String({ description: 'Base64 of SubjectPublicKeyInfo in DER.' }),
    }),
  },
  async ({ gateway }) => {
    const { keyId, publicKey } = await gateway.clientCardKey()
    return {
      keyId,
      algorithm: 'RSA-OAEP-256+A256GCM',
      publicKey: publicKey.toString('base64'),
      ...SUCCESS,
    }
  },
)
