import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { regionalTag, useMessages } from './language.ts'
import { isOurs } from './hand-off.ts'
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
      {view.charges && <Amount view={view} />}
      <dl>
        {order.description !== '' && <Fact name={messages.description} text={order.description} />}
        <Fact name={messages.reference} text={order.reference} />
        {isPayable(view) && (
          <Fact
            name={messages.payBefore}
            text={timeText(order.expiresAt, regionalTag(messages.tag))}
          />
        )}
      </dl>
    </section>
  )
}

function Amount({ view }: { readonly view: View }): JSX.Element {
  const messages = useMessages()
  const { amount, currency } = view.order
  return (
    <p class='amount'>
      <span class='label'>{messages[amountLabel(view)]} </span>
      <span class={amount.length > LONG_AMOUNT ? 'sum long' : 'sum'}>
        {amount} <span class='currency'>{currency}</span>
      </span>
    </p>
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

function amountLabel(view: View): 'amountDue' | 'amountPaid' | 'amount' {
  if (view.state === 'paid') return 'amountPaid'
  return isPayable(view) ? 'amountDue' : 'amount'
}

/** By the payer's own clock, which it names. */
function timeText(iso: string, tag: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return new Intl.DateTimeFormat(tag, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at)
}
