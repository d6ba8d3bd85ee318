/** The payment token request that the founding document "Customer Token Information" prints. */
export const PRINTED_ORDER = {
  merchantID: 'JT04',
  invoiceNo: '1595219400',
  description: '2 days 1 night hotel room',
  amount: 10.0,
  currencyCode: 'THB',
  nonceStr: 'a8092512-b144-41b0-8284-568bb5e9264c',
  paymentChannel: ['ALL'],
  customerToken: ['20052010380915759367'],
}
