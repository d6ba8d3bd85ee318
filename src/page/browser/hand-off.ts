import type { ChallengeStep, MethodStep, Return } from './view.ts'

/** How long a card issuer may look at the browser; EMV 3-D Secure gives it ten seconds. */
const METHOD_MS_MAX = 10_000

const METHOD_FRAME = 'three-ds-method'

/** Lets the issuer see the browser in a hidden frame. @returns Y when it said that it is done. */
export async function runMethod(step: MethodStep): Promise<'Y' | 'N'> {
  if (!isWebAddress(step.methodUrl)) return 'N'
  const frame = document.createElement('iframe')
  frame.name = METHOD_FRAME
  frame.title = '3-D Secure'
  frame.className = 'quiet'
  frame.tabIndex = -1
  frame.setAttribute('aria-hidden', 'true')
  document.body.append(frame)
  try {
    const done = methodDone()
    submitForm(
      step.methodUrl,
      {
        threeDSMethodData: base64url(
          JSON.stringify({
            threeDSServerTransID: step.authenticationId,
            threeDSMethodNotificationURL: step.notificationUrl,
          }),
        ),
      },
      METHOD_FRAME,
    )
    return await done
  } finally {
    frame.remove()
  }
}

/** Our own notification page speaks to us from inside the frame. */
function methodDone(): Promise<'Y' | 'N'> {
  return new Promise((resolve) => {
    const finish = (completion: 'Y' | 'N'): void => {
      clearTimeout(timer)
      removeEventListener('message', listen)
      resolve(completion)
    }
    const listen = ({ origin, data }: MessageEvent<unknown>): void => {
      if (origin === location.origin && isDone(data)) finish('Y')
    }
    const timer = setTimeout(() => finish('N'), METHOD_MS_MAX)
    addEventListener('message', listen)
  })
}

function isDone(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('tessera' in data)) return false
  return data.tessera === 'method-done'
}

/** Leaves for the card issuer's page. @returns false when its address is none. */
export function leaveForChallenge({ acsUrl, creq, sessionData }: ChallengeStep): boolean {
  if (!isWebAddress(acsUrl)) return false
  submitForm(acsUrl, { creq, threeDSSessionData: sessionData })
  return true
}

/** Leaves for the merchant. */
export function leaveForMerchant(way: Return): void {
  if (!isWayOut(way)) return
  if (way.kind === 'redirect') location.replace(way.url)
  else submitForm(way.url, way.fields)
}

/** Whether there is somewhere to go; `javascript:` and the like are nowhere. */
export function isWayOut(way: Return): way is Exclude<Return, { kind: 'stay' }> {
  return way.kind !== 'stay' && isWebAddress(way.url)
}

function isWebAddress(url: string): boolean {
  try {
    return ['https:', 'http:'].includes(new URL(url, location.href).protocol)
  } catch {
    return false
  }
}

function submitForm(url: string, fields: Readonly<Record<string, string>>, target = '_self'): void {
  const form = document.createElement('form')
  form.hidden = true
  form.method = 'post'
  form.action = url
  form.target = target
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  // Not form.submit(): a field of that name would stand in its way.
  HTMLFormElement.prototype.submit.call(form)
  form.remove()
}

function base64url(text: string): string {
  const bytes = String.fromCodePoint(...new TextEncoder().encode(text))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
