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

/** Opens a modal dialog with a frame in it. Styles are set one by one, as strict policies allow. */
export function openFrame({ url, title, closeLabel }: FrameOptions): OpenFrame {
  const dialog = document.createElement('dialog')
  const button = document.createElement('button')
  const frame = document.createElement('iframe')
  dialog.setAttribute('aria-label', title)
  Object.assign(dialog.style, {
    width: 'min(600px, 100vw)',
    height: 'min(700px, 100vh)',
    maxWidth: '100vw',
    maxHeight: '100vh',
    boxSizing: 'border-box',
    padding: '0',
    border: '0',
    overflow: 'hidden',
  })
  button.type = 'button'
  button.textContent = '×'
  button.setAttribute('aria-label', closeLabel)
  Object.assign(button.style, {
    position: 'absolute',
    top: '4px',
    right: '4px',
    width: '44px',
    height: '44px',
    border: '0',
    background: 'none',
    font: '24px/1 sans-serif',
    cursor: 'pointer',
  })
  frame.title = title
  // The bank's page may do all that paying needs, but not take the shop's window away.
  frame.setAttribute('sandbox', 'allow-forms allow-scripts allow-same-origin allow-popups')
  frame.referrerPolicy = 'no-referrer'
  Object.assign(frame.style, { width: '100%', height: '100%', border: '0', display: 'block' })

  let tell = (): void => {}
  let changes = 0
  const change = () => {
    changes += 1
    tell()
  }
  frame.addEventListener('load', change)
  dialog.addEventListener('close', change)
  button.addEventListener('click', () => dialog.close())
  frame.src = url
  dialog.append(frame, button)
  document.body.append(dialog)
  dialog.showModal()

  return {
    async changed(timeoutMs) {
      if (changes === 0) {
        await new Promise<void>((resolve) => {
          tell = resolve
          setTimeout(resolve, timeoutMs)
        })
      }
      changes = 0
    },
    isClosed: () => !dialog.open,
    close() {
      dialog.close()
      dialog.remove()
    },
  }
}
