import { mount } from './mount.ts'
import type { TesseraFields } from './types.ts'

declare global {
  interface Window {
    TesseraFields?: TesseraFields
  }
}

// The drop-in script. Its own address is the gateway's, and says where the fields come from.
const { currentScript } = document
if (!(currentScript instanceof HTMLScriptElement)) {
  throw new TypeError('Load the fields with <script src>, from the gateway')
}
const frameUrl = new URL('fields/frame', currentScript.src)

window.TesseraFields = { mount: (options) => mount(frameUrl, options) }
