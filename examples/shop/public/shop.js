const checkout = document.querySelector('#checkout')
const shop = await (await fetch('/shop.json')).json()

const styles = {
  base: { color: '#17212b', 'font-size': '17px', padding: '0 14px', outline: 'none' },
  placeholder: { color: '#6b7783' },
  invalid: { color: '#b3261e' },
}

// A new card: three fields from the gateway, which stand in this page and cannot be read by it.
const card = TesseraFields.mount({
  merchantID: shop.merchantID,
  styles,
  fields: {
    number: { element: '#number', label: 'Card number', placeholder: '0000 0000 0000 0000' },
    expiry: { element: '#expiry', label: 'Expiry date', placeholder: 'MM / YY' },
    securityCode: { element: '#code', label: 'Security code' },
  },
})
card.on('change', ({ field, brand, problem }) => {
  document.querySelector('#brand').textContent = brand
  document.querySelector(`#${field}-problem`).textContent = problem?.message ?? ''
})

// A stored card: the gateway has all of it but the security code, which nobody may keep.
const storedCode = TesseraFields.mount({
  merchantID: shop.merchantID,
  styles,
  fields: { securityCode: { element: '#stored-code', label: 'Security code of your saved card' } },
})
storedCode.on('change', ({ problem }) => {
  document.querySelector('#stored-problem').textContent = problem?.message ?? ''
})
for (const [customerToken, masked] of shop.cards) {
  document.querySelector('#stored').add(new Option(masked.replaceAll('X', '•'), customerToken))
}

for (const fields of [card, storedCode]) fields.on('submit', () => checkout.requestSubmit())

/** What the shop's server needs to know, for each way to pay. */
const ways = {
  page: async () => ({}),
  async fields(form) {
    const { securePayToken } = await card.tokenize()
    return { securePayToken, accountTokenization: form.has('save') }
  },
  async stored(form) {
    const { securePayToken } = await storedCode.tokenize()
    return { securePayToken, customerToken: form.get('stored') }
  },
}

checkout.addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = new FormData(checkout)
  const way = form.get('way')
  const button = checkout.querySelector('button')
  button.disabled = true
  try {
    const instrument = await ways[way](form)
    const response = await fetch('/buy', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ way, ...instrument }),
    })
    const { url, message } = await response.json()
    if (!response.ok) throw new Error(message)
    location.assign(url)
  } catch (error) {
    // A wrong card has said so at its fields.
    const isCard = error.code === 'card_invalid'
    document.querySelector('#failure').textContent = isCard ? '' : error.message
    button.disabled = false
  }
})
