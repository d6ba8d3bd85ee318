/** A page in a dialog over the page. */
export interface OpenFrame {
  /** Waits until another page was loaded or the dialog was closed, at most so many milliseconds. */
  changed(timeoutMs: number): Promise<void>
  isClosed(): boolean
  close(): void
}

/** What the dialog shows. */
export interface FrameOptions {
  readonly url: string
  readonly title: string
  readonly closeLabel: string
}

/** Opens a modal dialog with a frame in it. */
export function openFrame({ url, title, closeLabel }: FrameOptions): OpenFrame {
  const dialog = makeDialog(title)
  const button = makeButton(closeLabel)
  const frame = makeFrame(title)
  let tell = (): void => {}
  let hasChanged = false
  const change = (): void => {
    hasChanged = true
    tell()
  }
  frame.addEventListener('load', change)
  dialog.addEventListener('close', change)
  button.addEventListener('click', () => dialog.close())
  frame.src = url
  // The button first: it has the focus at the start, so that Escape works.
  dialog.append(button, frame)
  document.body.append(dialog)
  dialog.showModal()

  return {
    async changed(timeoutMs) {
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          tell = resolve
          setTimeout(resolve, timeoutMs)
        })
      }
      hasChanged = false
    },
    isClosed: () => !dialog.open,
    close() {
      dialog.close()
      dialog.remove()
    },
  }
}

// Styles are set one by one, which strict policies of the page allow.

/** Above the frame, so that the button covers nothing of the bank's page. */
const BAR = '44px'

function makeDialog(title: string): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', title)
  Object.assign(dialog.style, {
    width: 'min(600px, 100vw)',
    height: 'min(744px, 100vh)',
    maxWidth: '100vw',
    maxHeight: '100vh',
    boxSizing: 'border-box',
    padding: '0',
    border: '0',
    overflow: 'hidden',
  })
  return dialog
}

function makeButton(label: string): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = '×'
  button.setAttribute('aria-label', label)
  Object.assign(button.style, {
    display: 'block',
    width: BAR,
    height: BAR,
    marginLeft: 'auto',
    border: '0',
    background: 'none',
    color: 'inherit',
    font: '24px/1 sans-serif',
    cursor: 'pointer',
  })
  return button
}

function makeFrame(title: string): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.title = title
  // The bank's page may do all that paying needs, but not take the shop's window away.
  frame.setAttribute('sandbox', 'allow-forms allow-scripts allow-same-origin allow-popups')
  frame.referrerPolicy = 'no-referrer'
  Object.assign(frame.style, {
    display: 'block',
    width: '100%',
    height: `calc(100% - ${BAR})`,
    border: '0',
  })
  return frame
}
