import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useMessages } from './language.ts'
import { isPayable } from './session.ts'
import type { Merchant, View } from './view.ts'

/** From this length on, an amount is written smaller, so that it stays on one line. */
const LONG_AMOUNT = 11

/** Who is paid, how much, and for what. */
export function Summary({ view }: { readonly view: View }): JSX.Element {
  const messages = useMessages()
  const { merchant, order } = view
  return (
    <section class='summary'>
      <h1>
        <Logo merchant={merchant} />
        <span>
          <span class='label'>{messages.payTo} </span>
          <bdi>{merchant.name}</bdi>
        </span>
      </h1>
      <p class='amount'>
        <span class='label'>{messages.amount} </span>
        <span class={order.amount.length > LONG_AMOUNT ? 'sum long' : 'sum'}>
          {order.amount} <span class='currency'>{order.currency}</span>
        </span>
      </p>
      <dl>
        {order.description !== '' && <Fact name={messages.description} text={order.description} />}
        <Fact name={messages.reference} text={order.reference} />
        {isPayable(view) && (
          <Fact name={messages.payBefore} text={timeText(order.expiresAt, messages.tag)} />
        )}
      </dl>
    </section>
  )
}

function Fact({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{text}</bdi>
      </dd>
    </div>
  )
}

function Logo({ merchant: { name, logoUrl } }: { readonly merchant: Merchant }): JSX.Element {
  const [isBroken, setBroken] = useState(false)
  if (logoUrl !== null && !isBroken && isOurs(logoUrl)) {
    return <img class='logo' src={logoUrl} alt='' onError={() => setBroken(true)} />
  }
  const [initial = ''] = name.trim().toUpperCase()
  return (
    <span class='logo letter' aria-hidden='true'>
      {initial}
    </span>
  )
}

/** Nothing is loaded from elsewhere; the policy would not let us anyway. */
function isOurs(url: string): boolean {
  try {
    return new URL(url, location.href).origin === location.origin
  } catch {
    return false
  }
}

function timeText(iso: string, tag: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}
