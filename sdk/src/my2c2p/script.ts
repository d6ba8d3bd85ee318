import { drawFields, FORM_ID } from './form.ts'
import { createMy2c2p } from './my2c2p.ts'

// The script that pages load by one of the addresses of 2C2P's own: it sets the global My2c2p, and
// its key comes from the gateway that served it.

const TIMEOUT_MS = 30_000

const PATH = /\/(?:2C2PFrontEnd\/)?SecurePayment\/api\/[^/]*$|\/2C2PPGW\/secureField\/[^/]*$/i

const script = document.currentScript
const address = (script instanceof HTMLScriptElement ? script.src : '').replace(/[?#].*$/, '')
const connection = { baseUrl: address.replace(PATH, ''), timeoutMs: TIMEOUT_MS, log: false }

Object.assign(globalThis, { My2c2p: createMy2c2p(connection) })

if (/secureFields/i.test(address)) {
  const draw = () => {
    const form = document.getElementById(FORM_ID)
    if (form !== null) drawFields(form)
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', draw)
  else draw()
}
