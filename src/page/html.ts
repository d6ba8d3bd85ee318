import { randomBytes } from 'node:crypto'
import type { PageAssets } from './assets.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML shows it, in elements and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/** Where every page of ours has its icon. */
export const ICON_LINK = '<link rel="icon" href="/favicon.ico" sizes="32x32">'

/** A nonce for one response: 128 bits. */
export function newNonce(): string {
  return randomBytes(16).toString('base64')
}

export interface Policy {
  readonly nonce: string
  /** Sources of `form-action` and `frame-src` beyond our own. */
  readonly formAction?: readonly string[]
  readonly frames?: readonly string[]
  readonly frameAncestors?: readonly string[]
}

/** The headers of every page that a payer sees: nothing runs or loads but what is named here. */
export function pageHeaders(policy: Policy): Record<string, string> {
  const { nonce, formAction = [], frames = [], frameAncestors = ["'none'"] } = policy
  const directives = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    `form-action ${["'self'", ...formAction].join(' ')}`,
    `frame-src ${["'self'", ...frames].join(' ')}`,
    `frame-ancestors ${frameAncestors.join(' ')}`,
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  return {
    'content-security-policy': directives.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'geolocation=(), camera=(), microphone=()',
    'content-type': 'text/html; charset=utf-8',
  }
}

/** The document around a built script. */
export function builtDocument(
  given: Pick<PageAssets, 'script' | 'styles'> & {
    /** Where its files are. */
    readonly base: string
    readonly nonce: string
    readonly title: string
    readonly head: string
    readonly body: string
  },
): string {
  const { script, styles, base, nonce, title, head, body } = given
  const attributes = (integrity: string) => `nonce="${nonce}" integrity="${integrity}"`
  const links = styles.map(
    ({ name, integrity }) =>
      `<link rel="stylesheet" href="${base}${escapeHtml(name)}" ${attributes(integrity)}>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${head}
<title>${title}</title>
${links.join('\n')}
<script type="module" src="${base}${escapeHtml(script.name)}" ${attributes(script.integrity)}></script>
</head>
<body>${body}</body>
</html>`
}

/** A page that only sends the browser on: by itself where scripts run, else by its button. */
export function forwardingPage(
  nonce: string,
  form: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
): string {
  const inputs = Object.entries(form.fields).map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${ICON_LINK}
<title>One moment</title></head>
<body><form method="post" action="${escapeHtml(form.url)}">${inputs.join('')}
<button>Continue</button></form>
<script nonce="${nonce}">document.forms[0].submit()</script></body></html>`
}

/** A page that only sends the browser on to another address: by itself, or by its link. */
export function onwardPage(nonce: string, url: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>One moment</title></head>
<body><a href="${escapeHtml(url)}">Continue</a>
<script nonce="${nonce}">location.replace(document.links[0].href)</script></body></html>`
}
