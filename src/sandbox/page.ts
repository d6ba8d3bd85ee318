import { randomBytes } from 'node:crypto'
import type { SandboxInfo } from './info.ts'
import { SCRIPT, STYLE } from './page-style.ts'

const DIALECT_NAMES: Readonly<Record<string, string>> = {
  twoc2p: '2C2P PGW 4.3',
  jcc: 'JCC',
  payermax: 'PayerMax',
}

const BRAND_NAMES: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'Amex',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  diners: 'Diners Club',
  discover: 'Discover',
}

/** What a reader replaces before running a command; the page highlights it. */
const BLANK = 'PAYMENT_TOKEN'

const FIRST_PAN = '4111111111111111'

/** Opens the envelope that curl answers, so that a reader sees JSON. */
const OPENER = `node -p 'JSON.parse(Buffer.from(JSON.parse(require("fs").readFileSync(0)).payload.split(".")[1], "base64url"))'`

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18" fill="#0f766e">' +
      '<path d="M1 1h7v7H1z"/><path d="M10 1h7v7h-7z" opacity=".55"/>' +
      '<path d="M1 10h7v7H1z" opacity=".55"/><path d="M10 10h7v7h-7z"/></svg>',
  )

/**
 * The page at `GET /` of the sandbox.
 *
 * @param curl the command that opens a first order, in 2C2P's form.
 * @returns the document and its Content-Security-Policy, which go together: both hold a new nonce.
 */
export function renderPage(info: SandboxInfo, curl: string): { html: string; policy: string } {
  const nonce = randomBytes(16).toString('base64')
  return { html: documentOf(info, curl, nonce).text, policy: policyOf(nonce) }
}

function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

// --- Markup

/** Markup that may be sent as it is. Only `html` makes it from anything but our own constants. */
class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | Html | readonly Html[]

/** A template whose values are escaped, unless they are markup already. */
function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(
    parts.reduce((text, part, index) => text + markupOf(values[index - 1] ?? '') + part),
  )
}

function markupOf(piece: Piece): string {
  if (typeof piece === 'string')
    return piece.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return piece instanceof Html ? piece.text : piece.map(({ text }) => text).join('')
}

// --- The page

function documentOf(info: SandboxInfo, curl: string, nonce: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Tessera sandbox: take a first test payment</title>
<link rel="icon" href="${ICON}">
<style nonce="${nonce}">${new Html(STYLE)}</style>
<script nonce="${nonce}">${new Html(SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${header()}
<main id="main" tabindex="-1">
${introduction(info)}
${firstPayment(info, curl)}
${merchants(info)}
${testCards(info)}
${amounts()}
${addresses()}
</main>
<footer><p>Tessera sandbox. Everything here runs on this machine and is for tests only.</p></footer>
<p class="quiet" role="status" id="copied"></p>
</body>
</html>
`
}

function header(): Html {
  return html`<header>
<p class="brand"><svg viewBox="0 0 18 18" width="22" height="22" aria-hidden="true"><path
d="M1 1h7v7H1zM10 10h7v7h-7z"/><path class="pale" d="M10 1h7v7h-7zM1 10h7v7H1z"/></svg>Tessera
<span class="badge">Sandbox</span></p>
<nav aria-label="On this page"><a href="#first-payment">First payment</a>
<a href="#merchants">Merchants</a> <a href="#test-cards">Test cards</a>
<a href="#amounts">Amounts</a> <a href="#addresses">Addresses</a></nav>
</header>`
}

function introduction({ baseUrls }: SandboxInfo): Html {
  const dialects = Object.entries(baseUrls).map(([key, url]) => ({
    name: DIALECT_NAMES[key] ?? key,
    url,
  }))
  const names = new Intl.ListFormat('en').format(dialects.map(({ name }) => name))
  const rows = dialects.map(
    ({ name, url }) => html`<div class="base"><dt>${name} <span>base URL</span></dt>
<dd><code>${url}</code>${copyButton(`the base URL of ${name}`, url)}</dd></div>`,
  )
  return html`<section class="intro">
<h1>Your payment gateway is running</h1>
<p class="lead">It speaks ${names}. Give your shop its base URL and the keys of a test merchant from
this page; nothing else has to change. Behind it, a simulated acquirer answers for every card issuer, so
no real money moves.</p>
<dl>${rows}</dl>
<p class="notice"><strong>For tests only.</strong> Whoever can open this page can read its
secrets. Never use them or these cards in production, and never enter a real card number here.</p>
</section>`
}

// --- First payment

function firstPayment(info: SandboxInfo, curl: string): Html {
  const claims = parseClaims(curl)
  return html`<section aria-labelledby="first-payment">
<h2 id="first-payment">First payment</h2>
<p>Three commands for a terminal (on Windows, Git Bash or WSL). To watch the whole flow instead, run
<code>npm run demo</code>.</p>
<ol class="steps">
<li><h3>Open an order</h3>
<p>The answer is a signed envelope, <code>{"payload": JWT}</code>, like the request. What follows
the <code>|</code> opens it and shows the <code>paymentToken</code>. An invoice number is good for
one order: reload this page for a new one.</p>
${codeBlock('the command that opens an order', `${curl} \\\n  | ${OPENER}`)}
<details><summary>What this request says</summary>
<pre><code>${JSON.stringify(claims, null, 2)}</code></pre></details></li>
<li><h3>Pay with a test card</h3>
<p>Replace <mark>${BLANK}</mark> with the <code>paymentToken</code> from step 1. It stands for the
order, so this request is plain JSON and needs no signature. <code>respCode</code> 2000 says that the
payment has run; step 3 tells whether it was approved. To pay as a shopper does, open the
<code>webPaymentUrl</code> from step 1 in a browser instead.</p>
${codeBlock('the command that pays', paymentCommand(info))}</li>
<li><h3>Ask for the result</h3>
<p>An inquiry needs a signature. The six lines of JavaScript before the gap sign any request: a JWS
with HS256 over its JSON, keyed with the text of the merchant’s secret key. The rest sends it and
opens the answer. <code>respCode</code> 0000 is an approved payment.</p>
${codeBlock('the command that asks for the result', inquiryCommand(info, claims))}</li>
</ol>
</section>`
}

/** What the JWT in the first command says; nothing when the command has another form. */
function parseClaims(curl: string): Readonly<Record<string, unknown>> {
  const [, claims = ''] = /"payload":"[\w-]+\.([\w-]+)\./.exec(curl) ?? []
  try {
    return { ...(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as object) }
  } catch {
    return {}
  }
}

function paymentCommand({ baseUrls, testCards: cards }: SandboxInfo): string {
  const card = cards.find(({ pan }) => pan === FIRST_PAN) ?? cards[0]
  const [month = '', year = ''] = card?.expiry.split('/') ?? []
  return `curl -s ${baseUrls.twoc2p}/payment -d '{
  "paymentToken": "${BLANK}",
  "payment": {
    "code": { "channelCode": "CC" },
    "data": {
      "name": "Terrance Tay",
      "email": "terrance@example.com",
      "cardNo": "${card?.pan ?? FIRST_PAN}",
      "expiryMonth": "${month}",
      "expiryYear": "${year}",
      "securityCode": "${card?.cvv ?? ''}"
    }
  },
  "clientIP": "127.0.0.1",
  "locale": "en",
  "clientID": "30c7cf51-75c4-4265-a70a-effddfbbb0ff"
}'`
}

function inquiryCommand(info: SandboxInfo, claims: Readonly<Record<string, unknown>>): string {
  const merchant = info.merchants.find(({ id }) => id === claims['merchantID']) ?? info.merchants[0]
  const { merchantID = 'MERCHANT_ID', secretKey = 'SECRET_KEY' } = merchant?.twoc2p ?? {}
  const invoiceNo = typeof claims['invoiceNo'] === 'string' ? claims['invoiceNo'] : 'INVOICE_NO'
  const quoted = (text: string): string => JSON.stringify(text)
  return `node --input-type=module <<'END'
import { createHmac } from 'node:crypto'
const secretKey = ${quoted(secretKey)}
const claims = { merchantID: ${quoted(merchantID)}, invoiceNo: ${quoted(invoiceNo)} }
const part = (text) => Buffer.from(text).toString('base64url')
const signed = part('{"alg":"HS256","typ":"JWT"}') + '.' + part(JSON.stringify(claims))
const payload = signed + '.' + createHmac('sha256', secretKey).update(signed).digest('base64url')

const url = ${quoted(`${info.baseUrls.twoc2p}/paymentInquiry`)}
const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ payload }) })
const envelope = await answer.json()
console.log(JSON.parse(Buffer.from(envelope.payload.split('.')[1], 'base64url')))
END`
}

function codeBlock(name: string, text: string): Html {
  const [first = '', ...others] = text.split(BLANK)
  const marked = [html`${first}`, ...others.map((part) => html`<mark>${BLANK}</mark>${part}`)]
  return html`<div class="code"><div class="bar"><span>Terminal</span>${copyButton(name, text)}</div>
<pre><code>${marked}</code></pre></div>`
}

/** @param name completes "Copy …" for those who cannot see what stands beside the button. */
function copyButton(name: string, text: string): Html {
  return html`<button type="button" class="copy" data-copy="${text}" data-name="${name}"><span
>Copy</span><span class="quiet"> ${name}</span></button>`
}

// --- What there is to test with

function table(caption: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<table role="table"><caption class="quiet">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads.map(
    (head) => html`<th role="columnheader" scope="col">${head}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`
}

// The roles keep it a table for screen readers where the style of narrow screens stacks its cells.
function row(first: Html, cells: readonly (readonly [head: string, cell: Piece])[]): Html {
  return html`<tr role="row"><th role="rowheader" scope="row">${first}</th>${cells.map(
    ([head, cell]) => html`<td role="cell" data-head="${head}">${cell}</td>`,
  )}</tr>
`
}

function merchants({ merchants: all }: SandboxInfo): Html {
  const rows = all.map(({ id, name, currency, twoc2p: { secretKey }, jcc }) =>
    row(html`<div><code>${id}</code> <span>${name}</span></div>`, [
      ['Currency', currency],
      [
        'Secret key',
        html`<div class="secret"><details><summary><span class="shut">Show</span><span
class="opened">Hide</span> secret key<span class="quiet"> of ${id}</span></summary><code>${secretKey}</code></details>
${copyButton(`the secret key of ${id}`, secretKey)}</div>`,
      ],
      ['JCC login', html`<code>${jcc.userName}</code> <code>${jcc.password}</code>`],
    ]),
  )
  return html`<section aria-labelledby="merchants">
<h2 id="merchants">Demo merchants</h2>
<p>Sign 2C2P requests with the secret key as text, just as it reads here. The JCC login is userName and
password.</p>
${table('Demo merchants', ['merchantID', 'Currency', 'Secret key', 'JCC login'], rows)}
</section>`
}

function testCards({ testCards: cards }: SandboxInfo): Html {
  const rows = cards.map(({ pan, brand, expiry, cvv, does }) =>
    row(html`<div><code>${pan}</code>${copyButton(`card ${pan}`, pan)}</div>`, [
      ['What it does', html`<span class="${mood(does)}">${does}</span>`],
      ['Brand', BRAND_NAMES[brand] ?? brand],
      ['Expiry', expiry],
      ['CVV', cvv],
    ]),
  )
  return html`<section aria-labelledby="test-cards">
<h2 id="test-cards">Test cards</h2>
<p>The card decides what the simulated issuer answers.</p>
${table('Test cards', ['Number', 'What it does', 'Brand', 'Expiry', 'CVV'], rows)}
</section>`
}

/** The class that colors an outcome; its words say the same. */
function mood(does: string): string {
  if (/^approved(?! after)/.test(does)) return 'mood good'
  return does.startsWith('declined') ? 'mood bad' : 'mood odd'
}

function amounts(): Html {
  const rows = [
    ['9900NN', 'declined with response code NN: 990051 for 51, insufficient funds'],
    ['990101', 'time-out: the request is lost, the acquirer never hears of it'],
    ['990102', 'time-out: approved, but the answer is lost'],
    ['990103', 'approved slowly'],
    ['990104', 'late: approved after everybody gave up waiting'],
  ].map(([amount = '', does = '']) =>
    row(html`<code>${amount}</code>`, [
      ['What it does', html`<span class="${mood(does)}">${does}</span>`],
    ]),
  )
  return html`<section aria-labelledby="amounts">
<h2 id="amounts">Amounts that decide</h2>
<p>With a card that approves, the amount can decide instead. These are whole units of the currency:
990051 is 990051.00.</p>
${table('Amounts that decide', ['Amount', 'What it does'], rows)}
</section>`
}

function addresses(): Html {
  const rows = [
    ['/openapi.json', 'every operation and field, as OpenAPI'],
    ['/sandbox', 'this page’s content as JSON, for your tests to read'],
    ['/sandbox/ledger', 'what the acquirer booked'],
    ['/metrics', 'measurements, for Prometheus'],
    ['/ready', 'whether the gateway can take payments'],
  ].map(
    ([path = '', what = '']) => html`<li><a href="${path}">${path}</a> <span>${what}</span></li>\n`,
  )
  return html`<section aria-labelledby="addresses">
<h2 id="addresses">More addresses</h2>
<ul class="addresses">${rows}</ul>
</section>`
}
