const TEXTS = {
  paid: (card) => ['Thank you', `Your order is paid with ${card}. The beans are on their way.`],
  declined: (card) => ['Not paid', `Your bank said no to ${card}. You have not been charged.`],
}

/** The gateway tells the shop, and the shop tells us: what the browser brought proves nothing. */
async function look(looksLeft) {
  const response = await fetch(`/orders/${location.search.slice(1)}`)
  const { state, card } = await response.json()
  if (state in TEXTS) show(state, TEXTS[state](card.replaceAll('X', '•')))
  // On the payment page another attempt may have followed one that failed.
  if (state !== 'paid' && looksLeft > 0) setTimeout(look, 1_000, looksLeft - 1)
}

function show(state, [title, text]) {
  const order = document.querySelector('#order')
  order.dataset.state = state
  order.querySelector('h1').textContent = title
  order.querySelector('p').textContent = text
}

await look(300)
