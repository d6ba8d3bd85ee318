import type { Ask, Setup, Told } from './protocol.ts'

/** Presentational, so that any style of the merchant's page for its frames wins. */
const HEIGHT = '44'

/** The page's side of one field. */
export interface Link {
  readonly isReady: boolean
  ask(ask: Ask): void
  remove(): void
}

interface LinkOptions {
  readonly url: URL
  readonly element: Element
  readonly setup: Setup
  readonly hear: (told: Told) => void
}

/** Puts a field's frame into an element, and hands it a port whenever its document has loaded. */
export function linkFrame({ url, element, setup, hear }: LinkOptions): Link {
  const frame = document.createElement('iframe')
  frame.src = url.href
  frame.title = setup.label
  frame.referrerPolicy = 'no-referrer'
  for (const [name, value] of [
    ['width', '100%'],
    ['height', HEIGHT],
    ['frameborder', '0'],
    ['scrolling', 'no'],
  ] as const) {
    frame.setAttribute(name, value)
  }
  let port: MessagePort | undefined
  let isReady = false
  const connect = (): void => {
    port?.close()
    isReady = false
    const { port1, port2 } = new MessageChannel()
    port = port1
    port1.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      isReady = true
      hear(data)
    })
    port1.start()
    // Delivered to a document of the gateway only, so whoever holds the port is one.
    frame.contentWindow?.postMessage(setup, url.origin, [port2])
  }
  // Also when the page has moved the element: the frame begins anew then.
  frame.addEventListener('load', connect)
  element.append(frame)
  return {
    get isReady() {
      return isReady
    },
    ask: (ask) => port?.postMessage(ask),
    remove() {
      port?.close()
      frame.remove()
    },
  }
}
