import type { JSX } from 'preact'
import { BrandMark } from './brand-mark.tsx'
import { digitsOf, kindOf, type CardKind } from '../../../sdk/src/card-form/card.ts'
import type { Entry } from './entry.ts'
import { Field } from './field.tsx'
import { useMessages } from './language.ts'
import { CODE_PATTERN, EXPIRY_PATTERN, NUMBER_PATTERN } from '../../../sdk/src/card-form/typing.ts'

/** Number, expiry, security code and name of a card that is not stored. */
export function CardFields({ entry }: { readonly entry: Entry }): JSX.Element {
  const messages = useMessages()
  const { texts, problems } = entry
  const kind = kindOf(digitsOf(texts.number))
  return (
    <div class='fields'>
      <Field
        id='number'
        label={messages.number}
        text={texts.number}
        autocomplete='cc-number'
        placeholder='0000 0000 0000 0000'
        pattern={NUMBER_PATTERN}
        problem={problems.number && messages.problems[problems.number]}
        inputRef={entry.inputOf('number')}
        onText={(text) => entry.put('number', text)}
        onLeave={() => entry.leave('number')}
      >
        <span class='brand' role='status'>
          <BrandMark brand={kind.brand} />
          <span class='quiet'>{kind.name}</span>
        </span>
      </Field>
      <div class='pair'>
        <Field
          id='expiry'
          label={messages.expiry}
          text={texts.expiry}
          autocomplete='cc-exp'
          hint={messages.expiryHint}
          pattern={EXPIRY_PATTERN}
          problem={problems.expiry && messages.problems[problems.expiry]}
          inputRef={entry.inputOf('expiry')}
          onText={(text) => entry.put('expiry', text)}
          onLeave={() => entry.leave('expiry')}
        />
        <CodeField entry={entry} kind={kind} />
      </div>
      <Field
        id='name'
        label={messages.holder}
        text={texts.name}
        autocomplete='cc-name'
        problem={problems.name && messages.problems[problems.name]}
        inputRef={entry.inputOf('name')}
        onText={(text) => entry.put('name', text)}
        onLeave={() => entry.leave('name')}
      />
    </div>
  )
}

export function CodeField({
  entry,
  kind,
}: {
  readonly entry: Entry
  readonly kind: CardKind
}): JSX.Element {
  const messages = useMessages()
  const problem = entry.problems.code
  const isFront = kind.brand === 'amex'
  return (
    <Field
      id='code'
      label={messages.code}
      text={entry.texts.code}
      autocomplete='cc-csc'
      hint={isFront ? messages.codeHintFront : messages.codeHint}
      pattern={CODE_PATTERN}
      problem={problem && messages.problems[problem]}
      inputRef={entry.inputOf('code')}
      onText={(text) => entry.put('code', text)}
      onLeave={() => entry.leave('code')}
    />
  )
}
