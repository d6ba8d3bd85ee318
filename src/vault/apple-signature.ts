import { createHash, verify, X509Certificate } from 'node:crypto'
import { OctetString, UTCTime } from 'asn1js'
import { Certificate, ContentInfo, SignedData, type SignerInfo } from 'pkijs'

/** What marks Apple Pay's certificates (Payment token format reference, verifying a signature). */
export const MARK = {
  leaf: '1.2.840.113635.100.6.29',
  intermediate: '1.2.840.113635.100.6.2.14',
} as const

/** Signed attributes of CMS (RFC 5652, 11.2 and 11.3). */
export const ATTRIBUTE = {
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const

interface Trust {
  readonly root: X509Certificate
  readonly at: Date
}

/**
 * Checks Apple's detached CMS signature: ECDSA with SHA-256 by a certificate that is marked as one
 * of Apple Pay's, under a marked intermediate, under the root.
 *
 * @returns when it was made, or undefined for anything else, well formed or not.
 */
export function signedAt(signature: Buffer, content: Buffer, trust: Trust): Date | undefined {
  try {
    return checkedTime(signature, content, trust)
  } catch {
    // Whatever a parser has to say of foreign bytes, they are no signature.
    return undefined
  }
}

function checkedTime(signature: Buffer, content: Buffer, trust: Trust): Date | undefined {
  const message = ContentInfo.fromBER(new Uint8Array(signature))
  if (message.contentType !== ContentInfo.SIGNED_DATA) return undefined
  const signed = new SignedData({ schema: message.content })
  const [signer, ...others] = signed.signerInfos
  const leaf = certificateWith(MARK.leaf, signed)
  const intermediate = certificateWith(MARK.intermediate, signed)
  if (signer === undefined || others.length > 0) return undefined
  if (leaf === undefined || intermediate === undefined) return undefined
  if (!isIssued(leaf, intermediate, trust.at)) return undefined
  if (!isIssued(intermediate, trust.root, trust.at)) return undefined
  return isSigned(signer, leaf, content) ? signingTime(signer) : undefined
}

function certificateWith(mark: string, { certificates = [] }: SignedData) {
  const found = certificates.find(
    (certificate): certificate is Certificate =>
      certificate instanceof Certificate &&
      certificate.extensions?.some(({ extnID }) => extnID === mark) === true,
  )
  return found && new X509Certificate(Buffer.from(found.toSchema().toBER()))
}

function isIssued(certificate: X509Certificate, issuer: X509Certificate, at: Date): boolean {
  const isValid = certificate.validFromDate <= at && at <= certificate.validToDate
  const isNamed = issuer.ca && certificate.checkIssued(issuer)
  return isValid && isNamed && certificate.verify(issuer.publicKey)
}

/** The signature is over the attributes, which hold the content's digest. */
function isSigned(signer: SignerInfo, leaf: X509Certificate, content: Buffer): boolean {
  const digest = createHash('sha256').update(content).digest()
  const told = attributeOf(signer, ATTRIBUTE.messageDigest)
  if (!(told instanceof OctetString) || !digest.equals(told.valueBlock.valueHexView)) return false
  const attributes = Buffer.from(signer.signedAttrs?.encodedValue ?? new ArrayBuffer(0))
  const value = Buffer.from(signer.signature.valueBlock.valueHexView)
  const { publicKey } = leaf
  return publicKey.asymmetricKeyType === 'ec' && verify('sha256', attributes, publicKey, value)
}

function signingTime(signer: SignerInfo): Date | undefined {
  const time = attributeOf(signer, ATTRIBUTE.signingTime)
  return time instanceof UTCTime ? time.toDate() : undefined
}

function attributeOf({ signedAttrs }: SignerInfo, type: string): unknown {
  return signedAttrs?.attributes.find((attribute) => attribute.type === type)?.values[0]
}
