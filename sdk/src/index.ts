export { PGWError, type PGWErrorCode } from './error.ts'
export {
  type CardFields,
  encryptCard,
  SECURE_PAY_ALGORITHM,
  type SecurePayKey,
} from './secure-pay.ts'
