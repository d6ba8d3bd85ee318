import { randomBytes, X509Certificate } from 'node:crypto'
import { Integer, ObjectIdentifier, OctetString, UTCTime, Utf8String } from 'asn1js'
import {
  Attribute,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  Extension,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'
import { ATTRIBUTE, MARK } from '../vault/apple-signature.ts'

const { subtle } = crypto

const P256 = { name: 'ECDSA', namedCurve: 'P-256' }
const COMMON_NAME = '2.5.4.3'
const BASIC_CONSTRAINTS = '2.5.29.19'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const NULL = Buffer.from([5, 0])
const YEAR_MS = 366 * 86_400_000

/** Stands for Apple: it signs what its own root vouches for, and nothing else trusts that root. */
export interface AppleAuthority {
  readonly root: X509Certificate
  /** A detached CMS signature, as Apple's are. */
  sign(content: Buffer, at: Date): Promise<Buffer>
}

interface Certified {
  readonly certificate: Certificate
  readonly keys: Awaited<ReturnType<typeof newKeys>>
}

/** @param marks what its certificates are marked with; others than Apple's are for tests. */
export async function createAppleAuthority(
  now: Date,
  marks: Readonly<Record<'leaf' | 'intermediate', string>> = MARK,
): Promise<AppleAuthority> {
  const root = await certified('Sandbox Root CA', { now, isAuthority: true })
  const intermediate = await certified('Sandbox Application Integration CA', {
    now,
    isAuthority: true,
    mark: marks.intermediate,
    issuer: root,
  })
  const leaf = await certified('sandbox-broker-sign', {
    now,
    isAuthority: false,
    mark: marks.leaf,
    issuer: intermediate,
  })
  return {
    root: new X509Certificate(Buffer.from(root.certificate.toSchema().toBER())),
    sign: (content, at) => signed(content, at, { leaf, intermediate }),
  }
}

const newKeys = () => subtle.generateKey(P256, true, ['sign', 'verify'])

interface Making {
  readonly now: Date
  readonly isAuthority: boolean
  readonly mark?: string
  /** Undefined signs itself. */
  readonly issuer?: Certified
}

async function certified(name: string, { now, isAuthority, mark, issuer }: Making) {
  const keys = await newKeys()
  const certificate = new Certificate()
  certificate.version = 2
  certificate.serialNumber = new Integer({ valueHex: serialNumber() })
  certificate.notBefore.value = new Date(now.getTime() - YEAR_MS)
  certificate.notAfter.value = new Date(now.getTime() + 10 * YEAR_MS)
  const value = new Utf8String({ value: name })
  certificate.subject.typesAndValues.push(new AttributeTypeAndValue({ type: COMMON_NAME, value }))
  certificate.issuer = issuer?.certificate.subject ?? certificate.subject
  const constraints = new BasicConstraints({ cA: isAuthority }).toSchema().toBER()
  certificate.extensions = [
    new Extension({ extnID: BASIC_CONSTRAINTS, critical: true, extnValue: constraints }),
    ...(mark === undefined ? [] : [new Extension({ extnID: mark, extnValue: bytesOf(NULL) })]),
  ]
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey)
  await certificate.sign((issuer?.keys ?? keys).privateKey, 'SHA-256')
  return { certificate, keys }
}

async function signed(
  content: Buffer,
  at: Date,
  { leaf, intermediate }: { readonly leaf: Certified; readonly intermediate: Certified },
): Promise<Buffer> {
  const digest = await subtle.digest('SHA-256', new Uint8Array(content))
  const { issuer, serialNumber: serial } = leaf.certificate
  const attributes = [
    attribute(CONTENT_TYPE, new ObjectIdentifier({ value: ContentInfo.DATA })),
    attribute(ATTRIBUTE.signingTime, new UTCTime({ valueDate: at })),
    attribute(ATTRIBUTE.messageDigest, new OctetString({ valueHex: digest })),
  ]
  const data = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: ContentInfo.DATA }),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer, serialNumber: serial }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
    certificates: [leaf.certificate, intermediate.certificate],
  })
  await data.sign(leaf.keys.privateKey, 0, 'SHA-256')
  const contentType = ContentInfo.SIGNED_DATA
  const info = new ContentInfo({ contentType, content: data.toSchema(true) })
  return Buffer.from(info.toSchema().toBER())
}

function attribute(type: string, value: unknown): Attribute {
  return new Attribute({ type, values: [value] })
}

/** Positive, and never twice. */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(8)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytesOf(bytes)
}

function bytesOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
