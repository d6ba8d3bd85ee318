import { formatGrouped } from '../core/money.ts'
import type { Brand } from '../core/pan.ts'
import { html, type Html, NOTHING, type Page, pageOf } from './sandbox-html.ts'
import { type Purchase, RIGHT_CODE } from './sandbox-acs.ts'

const BRAND_NAMES: Readonly<Record<Brand, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  diners: 'Diners Club',
  discover: 'Discover',
}

// --- Challenge

function header(brand?: Brand): Html {
  const name = brand === undefined ? '' : BRAND_NAMES[brand]
  const chip = name === '' ? NOTHING : html`<p class="scheme">${name} <span>3-D Secure</span></p>`
  return html`<header>
<p class="bank"><svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path
d="M12 1 22 6v2H2V6zM4 10h3v8H4zm6.5 0h3v8h-3zM17 10h3v8h-3zM2 20h20v3H2z"/></svg>
<span>Tessera Test Bank</span></p>
${chip}
</header>`
}

export interface ChallengeForm {
  readonly purchase: Purchase
  readonly creq: string
  readonly sessionData: string | undefined
  /** Shown above the field and read out. */
  readonly error?: string
}

/** The page on which the payer types the code. */
export function challengePage({ purchase, creq, sessionData, error }: ChallengeForm): Page {
  const described = error === undefined ? 'hint' : 'error hint'
  const alert =
    error === undefined ? NOTHING : html`<p class="error" id="error" role="alert">${error}</p>`
  const invalid = error === undefined ? NOTHING : html` aria-invalid="true"`
  const main = html`<div class="sheet">
${header(purchase.brand)}
<main>
<h1>Confirm your payment</h1>
${purchaseList(purchase)}
<form method="post" action="acs" autocomplete="off" novalidate>
<input type="hidden" name="creq" value="${creq}">
${sessionField(sessionData)}
<label for="code">One-time code</label>
<p class="hint" id="hint">We sent six digits to your phone ending in 21.</p>
${alert}
<input class="code" id="code" name="code" type="text" inputmode="numeric" maxlength="12"
autocomplete="one-time-code" aria-describedby="${described}"${invalid} required autofocus>
<button class="main" name="action" value="confirm">Confirm payment</button>
<button class="other" name="action" value="cancel">Cancel</button>
</form>
<p class="test"><strong>Test bank.</strong> No message was sent; the code is ${RIGHT_CODE}.</p>
<details><summary>Why do I see this?</summary>
<p>Your bank asks for a code to make sure that it is you who pays. This is 3-D Secure. Nobody from
your bank will ever ask you for this code.</p></details>
</main>
</div>`
  const title = `${error === undefined ? '' : 'Error: '}Confirm your payment – Tessera Test Bank`
  return pageOf({ title, main, formAction: "'self'" })
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function purchaseList({ merchantName, amount, lastFour, purchasedAt }: Purchase): Html {
  const [, year = '', month = '', day = ''] = /^(....)(..)(..)/.exec(purchasedAt) ?? []
  return html`<dl>
<div class="amount"><dt>Amount</dt><dd>${amount.currency} ${formatGrouped(amount)}</dd></div>
<div><dt>Merchant</dt><dd><bdi>${merchantName}</bdi></dd></div>
<div><dt>Card</dt><dd><span aria-hidden="true">•••• •••• •••• </span><span class="quiet"
>ending in </span>${lastFour}</dd></div>
<div><dt>Date</dt><dd>${String(Number(day))} ${MONTHS[Number(month) - 1] ?? month} ${year}</dd></div>
</dl>`
}

function sessionField(sessionData: string | undefined): Html {
  return sessionData === undefined
    ? NOTHING
    : html`<input type="hidden" name="threeDSSessionData" value="${sessionData}">`
}

// --- The way back, and the 3DS method

const SUBMIT = `document.forms[0].requestSubmit()`

export interface WayBack {
  readonly notificationUrl: string
  readonly cres: string
  readonly sessionData: string | undefined
  readonly merchantName: string
}

/** Posts the CRes to where the 3DS server waits for it: by itself, or by a button. */
export function returnPage({ notificationUrl, cres, sessionData, merchantName }: WayBack): Page {
  const main = html`<div class="sheet">
${header()}
<main>
<h1>Thank you</h1>
<p>We are taking you back to <bdi class="name">${merchantName}</bdi>.</p>
<form method="post" action="${notificationUrl}">
<input type="hidden" name="cres" value="${cres}">
${sessionField(sessionData)}
<button class="main">Continue</button>
</form>
</main>
</div>`
  // Browsers hold redirects of what is posted to this too, and the shop may be anywhere.
  const formAction = 'http: https:'
  return pageOf({ title: 'Thank you – Tessera Test Bank', main, script: SUBMIT, formAction })
}

export interface MethodDone {
  readonly notificationUrl: string
  readonly methodData: string
}

/** The 3DS method, in a frame that nobody sees. @param done undefined for a method that hangs. */
export function methodPage(done: MethodDone | undefined): Page {
  const title = '3DS method – Tessera Test Bank'
  const heading = html`<h1>Checking your device</h1>`
  if (done === undefined)
    return pageOf({ title, main: html`<main>${heading}</main>`, formAction: "'none'" })
  const main = html`<main>${heading}
<form method="post" action="${done.notificationUrl}">
<input type="hidden" name="threeDSMethodData" value="${done.methodData}">
<button class="main">Continue</button>
</form></main>`
  return pageOf({ title, main, script: SUBMIT, formAction: 'http: https:' })
}

/** What a payer sees whose challenge is not there any more. */
export function gonePage(): Page {
  const main = html`<div class="sheet">
${header()}
<main>
<h1>This page is no longer valid</h1>
<p>Your payment was not confirmed here. Please go back to the shop and try again.</p>
</main>
</div>`
  return pageOf({ title: 'Not valid – Tessera Test Bank', main, formAction: "'none'" })
}
