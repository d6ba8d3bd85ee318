import { Utf8String } from 'asn1js'
import { AttributeTypeAndValue, CertificationRequest } from 'pkijs'

const COMMON_NAME = '2.5.4.3'

/**
 * A certificate signing request (PKCS#10, SHA-256) of a key pair of P-256, in PEM.
 *
 * @param privateKey PKCS#8 in DER.
 */
export async function certificateRequest(
  name: string,
  pair: { readonly privateKey: Buffer; readonly publicKey: Buffer },
): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { subtle } = crypto
  const secret = new Uint8Array(pair.privateKey)
  const privateKey = await subtle.importKey('pkcs8', secret, algorithm, false, ['sign'])
  secret.fill(0)
  const point = new Uint8Array(pair.publicKey)
  const publicKey = await subtle.importKey('spki', point, algorithm, true, ['verify'])
  const request = new CertificationRequest()
  const value = new Utf8String({ value: name })
  request.subject.typesAndValues.push(new AttributeTypeAndValue({ type: COMMON_NAME, value }))
  request.attributes = []
  await request.subjectPublicKeyInfo.importKey(publicKey)
  await request.sign(privateKey, 'SHA-256')
  return pem('CERTIFICATE REQUEST', Buffer.from(request.toSchema(true).toBER()))
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
