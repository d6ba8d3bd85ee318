import { ICON_LINK } from './html.ts'

// The page between Do Payment and the issuer. What it carries stands in the fragment: the card's
// ciphertext is in no store and no log of ours.
const SCRIPT = `
const step = JSON.parse(new TextDecoder().decode(Uint8Array.from(
  atob(location.hash.slice(1).replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))))
const ref = location.pathname.split('/').pop()
const post = (url, fields, target) => {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = url
  if (target) form.target = target
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
}
const encode = (value) => btoa(JSON.stringify(value))
  .replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
const seen = () => new Promise((resolve) => {
  const frame = document.createElement('iframe')
  frame.name = 'method'
  frame.hidden = true
  frame.title = 'method'
  document.body.append(frame)
  setTimeout(resolve, 10000, 'N')
  addEventListener('message', ({ origin, data }) => {
    if (origin === location.origin && data && data.tessera === 'method-done') resolve('Y')
  })
  post(step.methodUrl, { threeDSMethodData: encode({
    threeDSServerTransID: step.authenticationId,
    threeDSMethodNotificationURL: location.origin + '/3ds/method-done',
  }) }, 'method')
})
const challenge = ({ acsUrl, creq, sessionData }) =>
  post(acsUrl, { creq, threeDSSessionData: sessionData })
const browser = () => ({
  language: navigator.language,
  colorDepth: String(screen.colorDepth),
  screenHeight: String(screen.height),
  screenWidth: String(screen.width),
  timeZoneOffset: String(new Date().getTimezoneOffset()),
})
const go = async () => {
  if (step.kind === 'challenge') return challenge(step)
  const methodCompletion = await seen()
  const answer = await fetch('/3ds/' + ref + '/continue', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sessionData: step.sessionData, methodCompletion, browser: browser() }),
  })
  const { next } = await answer.json()
  // A reload brings the page that may post to this issuer, and to no other.
  if (next) {
    location.hash = encode(next)
    return location.reload()
  }
  location.assign('/3ds/' + ref + '/end')
}
go().catch(() => {
  document.querySelector('p').textContent = 'Something went wrong. Please reload this page.'
})
`

/** The page at the address that Do Payment answers for 3-D Secure. */
export function hopPage(nonce: string): string {
  const text = 'Your bank is asked to confirm the payment.'
  return waitingPage({ nonce, title: 'Confirming with your bank', text, script: SCRIPT })
}

/** The last page of 3-D Secure in a frame of the merchant's page. */
export function endPage(nonce: string): string {
  const text = 'Your bank has answered.'
  return waitingPage({ nonce, title: 'Back from your bank', text, script: '' })
}

interface Waiting {
  readonly nonce: string
  readonly title: string
  readonly text: string
  readonly script: string
}

function waitingPage({ nonce, title, text, script }: Waiting): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${ICON_LINK}
<title>${title}</title>
<style nonce="${nonce}">
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh }
</style></head>
<body><main><h1>One moment</h1><p role="status">${text}</p></main>
<script nonce="${nonce}">${script}</script></body></html>`
}

/** What the issuer's method page posts to in its frame: it tells the page around it. */
export function methodDonePage(nonce: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Done</title></head><body>
<script nonce="${nonce}">parent.postMessage({ tessera: 'method-done' }, location.origin)</script>
</body></html>`
}
