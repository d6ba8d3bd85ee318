import type { ComponentChildren, JSX } from 'preact'
import { BrandMark } from './brand-mark.tsx'
import { kindNamed } from '../../../sdk/src/card-form/card.ts'
import { CodeField } from './card-fields.tsx'
import type { Entry } from './entry.ts'
import { useMessages } from './language.ts'
import type { StoredCard, View } from './view.ts'

/** The choice of a card that is not stored. */
export const NEW_CARD = ''

/** @returns undefined when there is nothing to pay with. */
export function firstChoice({ cards, mayEnterCard }: View): string | undefined {
  const usable = cards.find(({ isExpired }) => !isExpired)
  return usable?.id ?? (mayEnterCard ? NEW_CARD : undefined)
}

export function mayChoose({ cards, mayEnterCard }: View, choice: string | undefined): boolean {
  if (choice === NEW_CARD) return mayEnterCard
  return cards.some(({ id, isExpired }) => id === choice && !isExpired)
}

interface Props {
  readonly view: View
  readonly entry: Entry
  readonly choice: string | undefined
  readonly onChoice: (choice: string) => void
}

export function StoredCards({ view, entry, choice, onChoice }: Props): JSX.Element {
  const messages = useMessages()
  return (
    <div class='choices'>
      {view.cards.map((card) => (
        <Choice
          key={card.id}
          value={card.id}
          isChosen={choice === card.id}
          isDisabled={card.isExpired}
          onChoice={onChoice}
          inside={
            choice === card.id && card.asksCode ? (
              <CodeField entry={entry} kind={kindNamed(card.brand)} />
            ) : undefined
          }
        >
          <CardLine card={card} />
        </Choice>
      ))}
      {view.mayEnterCard && (
        <Choice
          value={NEW_CARD}
          isChosen={choice === NEW_CARD}
          isDisabled={false}
          onChoice={onChoice}
        >
          <BrandMark brand='' />
          <span class='words'>
            <span>{messages.otherCard}</span>
          </span>
        </Choice>
      )}
    </div>
  )
}

interface ChoiceProps {
  readonly value: string
  readonly isChosen: boolean
  readonly isDisabled: boolean
  readonly onChoice: (choice: string) => void
  readonly children: ComponentChildren
  /** Shown below, inside the same frame. */
  readonly inside?: ComponentChildren
}

function Choice(props: ChoiceProps): JSX.Element {
  const { value, isChosen, isDisabled, onChoice, children, inside } = props
  return (
    <div class={isChosen ? 'choice chosen' : 'choice'}>
      <label>
        <input
          type='radio'
          name='choice'
          checked={isChosen}
          disabled={isDisabled}
          onChange={() => onChoice(value)}
        />
        {children}
      </label>
      {inside}
    </div>
  )
}

function CardLine({ card }: { readonly card: StoredCard }): JSX.Element {
  const messages = useMessages()
  const kind = kindNamed(card.brand)
  const brand = kind.name || messages.anyBrand
  const term = card.isExpired ? messages.expired(card.expiry) : messages.expires(card.expiry)
  return (
    <>
      <BrandMark brand={kind.brand} />
      <span class='words'>
        <span class='quiet'>{messages.ending(brand, card.lastFour)}, </span>
        <span class='masked' aria-hidden='true'>
          {brand} <span class='digits'>•••• {card.lastFour}</span>
        </span>
        <span class='term'>{term}</span>
      </span>
    </>
  )
}
