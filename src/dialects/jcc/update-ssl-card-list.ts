import { basicAnswer, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, orderId, request } from './fields.ts'
import { merchantOperation } from './operation.ts'

/** `updateSSLCardList.do`: refused, since no card is ever exempt from 3-D Secure by a list. */
export const updateSslCardList = merchantOperation(
  {
    paths: ['rest/updateSSLCardList.do'],
    summary: 'Exempt the card of an order from 3-D Secure; always refused',
    request: request({ ...credentials, mdorder: orderId() }),
    response: basicAnswer,
    permission: 'pay',
    fault: textFault,
  },
  async () => {
    throw new WireError('5', 'sslListMissing')
  },
)
