import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { useMessages } from './language.ts'

interface Props {
  readonly merchant: string
  readonly isDisabled: boolean
  readonly onCancel: () => void
}

/** Asks once more before it cancels. */
export function Cancel({ merchant, isDisabled, onCancel }: Props): JSX.Element {
  const messages = useMessages()
  const dialog = useRef<HTMLDialogElement>(null)
  const confirm = (): void => {
    dialog.current?.close()
    onCancel()
  }
  return (
    <div class='cancel'>
      <button
        type='button'
        class='plain'
        disabled={isDisabled}
        onClick={() => dialog.current?.showModal()}
      >
        {messages.cancel}
      </button>
      <dialog ref={dialog} aria-labelledby='cancel-title' aria-describedby='cancel-text'>
        <h2 id='cancel-title'>{messages.cancelTitle}</h2>
        <p id='cancel-text'>{messages.cancelText(merchant)}</p>
        <div class='actions'>
          <button type='button' class='main' onClick={() => dialog.current?.close()}>
            {messages.cancelNo}
          </button>
          <button type='button' class='second' onClick={confirm}>
            {messages.cancelYes}
          </button>
        </div>
      </dialog>
    </div>
  )
}
