import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { PAGE_STYLE } from './sandbox-page-style.ts'

/** A document and the headers that go with it: both hold the same new nonce. */
export interface Page {
  readonly html: string
  readonly policy: string
}

/** Markup that may be sent as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A template whose values are escaped, unless they are markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  return new Html(
    parts.reduce((text, part, index) => text + markupOf(values[index - 1] ?? '') + part),
  )
}

function markupOf(value: string | Html): string {
  if (value instanceof Html) return value.text
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

export const NOTHING = html``

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#1d4ed8" ' +
      'd="M12 1 22 6v2H2V6zM4 10h3v8H4zm6.5 0h3v8h-3zM17 10h3v8h-3zM2 20h20v3H2z"/></svg>',
  )

interface Body {
  readonly title: string
  readonly main: Html
  /** A constant of ours. */
  readonly script?: string
  /** Where forms may go, as a CSP says it. */
  readonly formAction: string
  /** The ACS's pages stand in frames of shops whose addresses it cannot know. */
  readonly frameAncestors?: string
}

const ANYWHERE = 'http: https:'

/** A page in the sandbox's look. */
export function pageOf({ title, main, script, formAction, frameAncestors = ANYWHERE }: Body): Page {
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src ${script === undefined ? "'none'" : `'nonce-${nonce}'`}`,
    'img-src data:',
    "base-uri 'none'",
    `form-action ${formAction}`,
    `frame-ancestors ${frameAncestors}`,
  ].join('; ')
  const scripts =
    script === undefined ? NOTHING : html`<script nonce="${nonce}">${new Html(script)}</script>`
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<style nonce="${nonce}">${new Html(PAGE_STYLE)}</style>
</head>
<body>
${main}
${scripts}
</body>
</html>
`
  return { html: document.text, policy }
}

/** Answers a page, with its policy. */
export function sendPage(reply: FastifyReply, { html, policy }: Page): FastifyReply {
  return reply
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .type('text/html; charset=utf-8')
    .send(html)
}
