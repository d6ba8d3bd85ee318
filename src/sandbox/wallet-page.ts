import type { WalletRequest } from '../acquirers/simulator/wallet.ts'
import { formatGrouped } from '../core/money.ts'
import { html, type Html, NOTHING, type Page, pageOf } from '../threeds/sandbox-html.ts'

/** What the owner of a simulated wallet may answer. */
export const WALLET_ANSWERS = ['successful', 'failed', 'pending'] as const

// A redirect of what is posted counts for browsers too, and the shop may be anywhere.
const ANYWHERE = 'http: https:'

/** The page of the simulated wallet, on which its owner agrees, refuses, or leaves it open. */
export function walletPage(request: WalletRequest, merchantName: string): Page {
  const { wallet, amount, merchantReference, asksConsent } = request
  const agreement = html`<p>You also agree that <bdi class="name">${merchantName}</bdi> may take later
payments from this wallet.</p>`
  const main = html`<div class="sheet">
${header(wallet.targetOrg)}
<main>
<h1>Agree to the payment</h1>
<dl>
<div class="amount"><dt>Amount</dt><dd>${amount.currency} ${formatGrouped(amount)}</dd></div>
<div><dt>Merchant</dt><dd><bdi>${merchantName}</bdi></dd></div>
<div><dt>Order</dt><dd><bdi>${merchantReference}</bdi></dd></div>
</dl>
${asksConsent ? agreement : NOTHING}
<form method="post">
<button class="main" name="answer" value="successful">Successful</button>
<button class="other" name="answer" value="failed">Failed</button>
<button class="other" name="answer" value="pending">Pending</button>
</form>
<p class="test"><strong>Test wallet.</strong> No money moves. <em>Successful</em> pays,
<em>Failed</em> refuses, and <em>Pending</em> goes back to the shop without an answer.</p>
</main>
</div>`
  return framelessPage('Agree to the payment', main, ANYWHERE)
}

/** What its owner sees where nothing is to be answered any more. */
export function walletOverPage(targetOrg: string, returnUrl: string): Page {
  const main = html`<div class="sheet">
${header(targetOrg)}
<main>
<h1>This payment is over</h1>
<p>It was answered already, or it was not answered in time.</p>
<p><a href="${returnUrl}">Go back to the shop</a></p>
</main>
</div>`
  return framelessPage('This payment is over', main, "'none'")
}

function framelessPage(title: string, main: Html, formAction: string): Page {
  const frameAncestors = "'none'"
  return pageOf({ title: `${title} – Tessera Test Wallet`, main, formAction, frameAncestors })
}

function header(targetOrg: string): Html {
  return html`<header>
<p class="bank"><svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path
d="M3 5h15v3h3v12H3zm2 5v8h14v-2h-4v-4h4v-2z"/></svg>
<span>Tessera Test Wallet</span></p>
<p class="scheme">${targetOrg}</p>
</header>`
}
