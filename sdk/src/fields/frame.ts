import './frame.css'
import { createField } from './field.ts'
import { type Ask, isSetup, type Setup, type Told } from './protocol.ts'
import { styleSheetOf } from './styles.ts'
import { tokenize } from './tokenize.ts'

// The document of one field. It takes one message from the page it stands on; from then on it
// hears that page's port and nothing else.
addEventListener('message', function connect({ source, origin, data, ports }: MessageEvent) {
  const [port] = ports
  const isItsPage = source === parent && parent !== window && origin !== 'null'
  if (!isItsPage || port === undefined || !isSetup(data)) return
  removeEventListener('message', connect)
  open(data, port)
})

function open(setup: Setup, port: MessagePort): void {
  const tell = (told: Told): void => port.postMessage(told)
  document.documentElement.lang = setup.locale
  document.documentElement.style.colorScheme = setup.colorScheme
  document.title = setup.label
  document.adoptedStyleSheets = [styleSheetOf(setup.styles)]
  const field = createField(setup, tell)
  window.tesseraField = field
  port.addEventListener('message', ({ data }: MessageEvent<Ask>) => {
    if (data.kind === 'focus') field.focus()
    if (data.kind === 'clear') field.clear()
    if (data.kind === 'tokenize') void answer(setup, data.id, tell)
  })
  port.start()
  tell({ kind: 'ready' })
}

async function answer(setup: Setup, id: number, tell: (told: Told) => void): Promise<void> {
  const outcome = await tokenize(setup)
  if ('code' in outcome) tell({ kind: 'failed', id, failure: outcome })
  else tell({ kind: 'secured', id, card: outcome })
}
