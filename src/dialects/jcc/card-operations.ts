import { BINDING_OPERATIONS } from './bindings.ts'
import { BINDING_CHANGES } from './binding-changes.ts'
import { industryPractice } from './industry-practice.ts'
import { instantPayment } from './instant-payment.ts'
import { instantRefund } from './instant-refund.ts'
import { motoPayment } from './moto-payment.ts'
import type { Operation } from './operation.ts'
import { PAGE_INFO_OPERATIONS } from './page-info.ts'
import { processBindingForm, processForm } from './page-payment.ts'
import { PAGE_SETTINGS_OPERATIONS } from './page-settings.ts'
import { paymentOrder, paymentOrderBinding } from './payment-order.ts'
import { paymentOtherWay } from './payment-other-way.ts'
import { installmentPayment, recurrentPayment } from './recurrent-payment.ts'
import { getSessionStatus } from './session-status.ts'
import { THREEDS_OPERATIONS } from './threeds.ts'
import { TOKEN_OPERATIONS } from './token-payment.ts'
import { updateSslCardList } from './update-ssl-card-list.ts'
import { verifyCard, verifyEnrollment } from './verify-card.ts'
import { WALLET_OPERATIONS } from './wallet-payment.ts'

/** Everything about cards and those who pay with them. */
export const CARD_OPERATIONS: readonly Operation[] = [
  instantPayment,
  instantRefund,
  paymentOrder,
  paymentOrderBinding,
  paymentOtherWay,
  motoPayment,
  recurrentPayment,
  installmentPayment,
  industryPractice,
  ...TOKEN_OPERATIONS,
  ...WALLET_OPERATIONS,
  verifyEnrollment,
  verifyCard,
  ...THREEDS_OPERATIONS,
  updateSslCardList,
  ...BINDING_OPERATIONS,
  ...BINDING_CHANGES,
  getSessionStatus,
  processForm,
  processBindingForm,
  ...PAGE_INFO_OPERATIONS,
  ...PAGE_SETTINGS_OPERATIONS,
]
