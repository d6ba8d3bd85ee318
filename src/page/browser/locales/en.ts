import { ENGLISH } from '../../../../sdk/src/card-form/english.ts'
import type { Messages } from '../messages.ts'

export const messages: Messages = {
  tag: 'en',
  name: 'English',
  language: 'Language',
  secure: 'Secure payment',
  title: 'Payment',
  payTo: 'Payment to',
  amountDue: 'Amount to pay',
  amountPaid: 'Amount paid',
  amount: 'Amount',
  description: 'Description',
  reference: 'Reference',
  payBefore: 'Pay before',
  privacy: (merchant) =>
    `Your card details go to the payment provider only. ${merchant} never sees your full card number.`,

  loading: 'Loading your payment…',
  cardDetails: 'Card details',
  number: 'Card number',
  expiry: 'Expiry date',
  expiryHint: 'MM / YY',
  code: 'Security code',
  codeHint: '3 digits on the back',
  codeHintFront: '4 digits on the front',
  holder: 'Name on card',
  save: 'Save this card',
  saveHint: (merchant) => `Pay faster at ${merchant} next time. The security code is never saved.`,
  pay: (amount) => `Pay ${amount}`,
  work: {
    paying: 'Processing…',
    leaving: 'Taking you to your bank…',
    cancelling: 'Cancelling…',
    restarting: 'Starting again…',
  },

  payWith: 'Pay with',
  anyBrand: 'Card',
  ending: (brand, digits) => `${brand} ending in ${digits}`,
  expires: (date) => `Expires ${date}`,
  expired: (date) => `Expired ${date}`,
  otherCard: 'Use another card',
  noCard: 'None of your saved cards can be used for this payment.',

  cancel: 'Cancel payment',
  cancelTitle: 'Cancel this payment?',
  cancelText: (merchant) =>
    `You have not been charged. To pay later, you will need a new payment link from ${merchant}.`,
  cancelYes: 'Yes, cancel it',
  cancelNo: 'Keep paying',

  problems: {
    ...ENGLISH,
    name_missing: 'Enter the name as on the card.',
    name_wrong: 'Enter a name, not a number.',
  },
  check: (count) =>
    count === 1 ? 'Please check the marked field.' : `Please check the ${count} marked fields.`,
  notices: {
    declined:
      'Your bank declined this payment, and you have not been charged. Check the details or use another card.',
    failed:
      'The payment could not be completed, and you have not been charged. Try again or use another card.',
    not_paid: 'The payment was not made, and you have not been charged. Please try again.',
    not_cancelled: 'The payment could not be cancelled. Please try again.',
    card_invalid: 'This card was not accepted. Check the details or use another card.',
    card_expired: 'This card has expired. Use another card.',
    code_invalid: 'The security code is not right. Check it and try again.',
  },
  results: {
    paid: (amount, merchant) => ({
      title: 'Payment successful',
      text: `You paid ${amount} to ${merchant}.`,
    }),
    alreadyPaid: () => ({
      title: 'Already paid',
      text: 'This order has been paid. You have not been charged again.',
    }),
    saved: (_amount, merchant) => ({
      title: 'Card saved',
      text: `Your card is saved for your next payments to ${merchant}. You have not been charged.`,
    }),
    declined: (_amount, merchant) => ({
      title: 'Payment declined',
      text: `Your bank did not approve this payment, and you have not been charged. Ask your bank why, or ${merchant} for another way to pay.`,
    }),
    failed: (_amount, merchant) => ({
      title: 'Payment failed',
      text: `The payment could not be completed, and you have not been charged. Ask ${merchant} for another way to pay.`,
    }),
    expired: (_amount, merchant) => ({
      title: 'This payment has expired',
      text: `The time to pay is over. Go back to ${merchant} and start again.`,
    }),
    cancelled: () => ({ title: 'Payment cancelled', text: 'You have not been charged.' }),
    processing: () => ({
      title: 'Processing your payment',
      text: 'This usually takes a few seconds. Please keep this page open.',
    }),
    slow: (_amount, merchant) => ({
      title: 'Still processing your payment',
      text: `This takes longer than usual. You may close this page: ${merchant} is told the result. Please do not pay again.`,
    }),
    confirming: () => ({
      title: 'Waiting for your bank',
      text: 'Your bank has asked you to confirm this payment. If its page is still open, finish there. You have not been charged yet.',
    }),
    notPaid: () => ({ title: 'Not paid yet', text: 'This payment has not been completed.' }),
  },
  noMeans: (merchant) => ({
    title: 'You cannot pay here',
    text: `This payment cannot be made on this page. Ask ${merchant} for another way to pay.`,
  }),
  noOrder: {
    title: 'We cannot find this payment',
    text: 'The link may be incomplete or out of date. Go back to the shop and start again.',
  },
  unreachable: {
    title: 'No connection',
    text: 'We cannot reach the payment service. Check your internet connection and try again.',
  },
  lostSight: {
    title: 'We lost the connection',
    text: 'Your payment may have gone through. Check it here before you pay again: checking never charges you.',
  },

  tryAgain: 'Try again',
  lookAgain: 'Check the payment',
  startAgain: 'Start again',
  goOn: (merchant) => `Continue to ${merchant}`,
  goingOn: (time) => `You will be taken there in ${time}.`,
  stay: 'Stay here',
}
