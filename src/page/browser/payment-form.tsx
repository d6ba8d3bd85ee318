import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { CardFields } from './card-fields.tsx'
import { digitsOf, kindNamed, parseExpiry } from '../../../sdk/src/card-form/card.ts'
import { type Entry, FIELDS, type FieldName, useEntry } from './entry.ts'
import { AlertIcon, Spinner } from './icons.tsx'
import { useMessages } from './language.ts'
import type { Problem } from './messages.ts'
import type { OrderStage, Refusal } from './session.ts'
import { firstChoice, mayChoose, NEW_CARD, StoredCards } from './stored-cards.tsx'
import type { Instrument, StoredCard, View } from './view.ts'

interface Props {
  readonly stage: OrderStage
  readonly onPay: (instrument: Instrument) => void
}

export function PaymentForm({ stage, onPay }: Props): JSX.Element {
  const { view, work, refusal } = stage
  const messages = useMessages()
  const [chosen, setChosen] = useState(() => firstChoice(view))
  const [save, setSave] = useState(false)
  const [wasWrong, setWasWrong] = useState(false)
  const choice = mayChoose(view, chosen) ? chosen : firstChoice(view)
  const stored = view.cards.find(({ id }) => id === choice)
  const entry = useEntry(stored && kindNamed(stored.brand))
  const notice = useNotice(refusal, entry)

  const choose = (next: string): void => {
    setChosen(next)
    setWasWrong(false)
    entry.forget('code')
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    if (choice === undefined) return
    const count = entry.check(fieldsOf(stored))
    setWasWrong(count > 0)
    if (count === 0) onPay(instrumentOf(entry, stored, save && view.maySave))
  }
  const wrongCount = wasWrong ? Object.keys(entry.problems).length : 0
  const refused = refusal && messages.notices[refusal.notice]
  return (
    <form class='pay' method='post' noValidate onSubmit={submit}>
      <div role='alert' ref={notice} tabIndex={-1}>
        <Notice text={wrongCount > 0 ? messages.check(wrongCount) : refused} />
      </div>
      <fieldset disabled={work !== 'idle'}>
        <legend>
          <h2>{view.cards.length > 0 ? messages.payWith : messages.cardDetails}</h2>
        </legend>
        {view.cards.length > 0 && (
          <StoredCards view={view} entry={entry} choice={choice} onChoice={choose} />
        )}
        {choice === NEW_CARD && <NewCard view={view} entry={entry} save={save} onSave={setSave} />}
        {choice === undefined ? <Notice text={messages.noCard} /> : <PayButton stage={stage} />}
      </fieldset>
    </form>
  )
}

function Notice({ text }: { readonly text: string | undefined }): JSX.Element | null {
  if (text === undefined) return null
  return (
    <p class='notice'>
      <AlertIcon />
      {text}
    </p>
  )
}

interface NewCardProps {
  readonly view: View
  readonly entry: Entry
  readonly save: boolean
  readonly onSave: (isOn: boolean) => void
}

function NewCard({ view, entry, save, onSave }: NewCardProps): JSX.Element {
  return (
    <>
      <CardFields entry={entry} />
      {view.maySave && <SaveBox isOn={save} onTurn={onSave} name={view.merchant.name} />}
    </>
  )
}

function PayButton({ stage: { work, view } }: { readonly stage: OrderStage }): JSX.Element {
  const messages = useMessages()
  const isIdle = work === 'idle' || work === 'cancelling'
  const { amount, currency } = view.order
  const label = view.charges ? messages.pay(`${amount} ${currency}`) : messages.save
  return (
    <>
      <button type='submit' class='main'>
        {!isIdle && <Spinner />}
        {isIdle ? label : messages.work[work]}
      </button>
      {!view.charges && <p class='hint'>{messages.saveHint(view.merchant.name)}</p>}
    </>
  )
}

function SaveBox(props: {
  readonly isOn: boolean
  readonly onTurn: (isOn: boolean) => void
  readonly name: string
}): JSX.Element {
  const messages = useMessages()
  return (
    <div class='save'>
      <label>
        <input
          type='checkbox'
          checked={props.isOn}
          aria-describedby='save-hint'
          onChange={(event) => props.onTurn(event.currentTarget.checked)}
        />
        <span>{messages.save}</span>
      </label>
      <p class='hint' id='save-hint'>
        {messages.saveHint(props.name)}
      </p>
    </div>
  )
}

/** Takes the payer to what was refused: the field, or the words that say so. */
function useNotice(refusal: Refusal | undefined, entry: Entry): { current: HTMLDivElement | null } {
  const notice = useRef<HTMLDivElement | null>(null)
  useEffect(() => {
    if (refusal === undefined) return
    const place = placeOf(refusal)
    const hasEnded = refusal.notice === 'declined' || refusal.notice === 'failed'
    if (hasEnded || place?.field === 'code') entry.forget('code')
    notice.current?.focus()
    if (place !== undefined) entry.refuse(place.field, place.problem)
  }, [refusal])
  return notice
}

interface Place {
  readonly field: FieldName
  readonly problem: Problem
}

function placeOf({ notice, field }: Refusal): Place | undefined {
  if (notice === 'code_invalid') return { field: 'code', problem: 'code_wrong' }
  if (notice === 'card_expired') return { field: 'expiry', problem: 'expiry_past' }
  if (notice !== 'card_invalid') return undefined
  if (field === 'month' || field === 'year') return { field: 'expiry', problem: 'expiry_wrong' }
  return field === 'code'
    ? { field, problem: 'code_wrong' }
    : { field: 'number', problem: 'number_wrong' }
}

function fieldsOf(stored: StoredCard | undefined): readonly FieldName[] {
  if (stored === undefined) return FIELDS
  return stored.asksCode ? ['code'] : []
}

function instrumentOf(entry: Entry, stored: StoredCard | undefined, save: boolean): Instrument {
  const { number, expiry, code, name } = entry.texts
  if (stored !== undefined) return { stored: { id: stored.id, code } }
  const { month, year } = parseExpiry(expiry) ?? { month: '', year: '' }
  return { card: { number: digitsOf(number), month, year, code, name: name.trim() }, save }
}
