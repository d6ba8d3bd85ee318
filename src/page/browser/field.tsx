import type { ComponentChildren, JSX, RefCallback } from 'preact'
import { regroup, type Pattern } from '../../../sdk/src/card-form/typing.ts'
import { afterPress } from '../../../sdk/src/card-form/press.ts'

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly text: string
  readonly autocomplete: string
  readonly hint?: string
  readonly placeholder?: string
  /** For fields of digits. */
  readonly pattern?: Pattern
  readonly problem: string | undefined
  readonly inputRef: RefCallback<HTMLInputElement>
  readonly onText: (text: string) => void
  readonly onLeave: () => void
  /** Stands in the box, right of the text. */
  readonly children?: ComponentChildren
}

/** A labeled input with its hint and, when there is one, its problem. */
export function Field(props: FieldProps): JSX.Element {
  const { id, label, hint, problem, children } = props
  const hintId = hint === undefined ? undefined : `${id}-hint`
  const problemId = problem === undefined ? undefined : `${id}-problem`
  const describedBy = [problemId, hintId].filter((each) => each !== undefined).join(' ')
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      <div class='box'>
        <Input {...props} describedBy={describedBy} />
        {children}
      </div>
      {problem !== undefined && (
        <p class='problem' id={problemId}>
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <p class='hint' id={hintId}>
          {hint}
        </p>
      )}
    </div>
  )
}

// Nothing here has a name: a form that is ever sent by itself holds no card.
function Input(props: FieldProps & { readonly describedBy: string }): JSX.Element {
  const { id, text, pattern, autocomplete, placeholder, problem, describedBy } = props
  const take = (event: InputEvent & { readonly currentTarget: HTMLInputElement }): void => {
    const input = event.currentTarget
    if (pattern !== undefined) regroup(input, pattern, { before: text, inputType: event.inputType })
    props.onText(input.value)
  }
  return (
    <input
      id={id}
      ref={props.inputRef}
      type='text'
      value={text}
      autocomplete={autocomplete}
      inputMode={pattern === undefined ? 'text' : 'numeric'}
      autocapitalize={pattern === undefined ? 'words' : 'off'}
      spellcheck={false}
      required
      {...(placeholder === undefined ? {} : { placeholder })}
      aria-invalid={problem !== undefined}
      aria-describedby={describedBy === '' ? undefined : describedBy}
      onInput={take}
      onBlur={() => afterPress(props.onLeave)}
    />
  )
}
