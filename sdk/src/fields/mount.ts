import { afterPress } from '../card-form/press.ts'
import { type Calls, createCalls } from './calls.ts'
import { createEvents, type Events } from './events.ts'
import { fieldsError } from './failure.ts'
import { type Link, linkFrame } from './link.ts'
import { type Place, placesOf } from './options.ts'
import type { Setup, Told } from './protocol.ts'
import type { FieldName, Fields, FieldsOptions, FieldState } from './types.ts'

/** Set on a field's element, for the style sheet of its page. */
const CLASSES = {
  focus: 'tessera-focus',
  complete: 'tessera-complete',
  invalid: 'tessera-invalid',
} as const

/**
 * Puts the fields of one card on the page.
 *
 * @param frameUrl a field's document, at the gateway.
 * @throws TypeError for options that cannot work.
 */
export function mount(frameUrl: URL, options: FieldsOptions): Fields {
  const places = placesOf(options)
  const url = new URL(frameUrl)
  url.searchParams.set('merchant', options.merchantID)
  const form: Form = { events: createEvents(), calls: createCalls(), links: new Map(), places }
  const group = crypto.getRandomValues(new Uint32Array(2)).join('-')
  for (const place of places) {
    const setup = setupOf(place, { group, places, options })
    const hear = (told: Told): void => hearField(form, place, told)
    form.links.set(place.field, linkFrame({ url, element: place.element, setup, hear }))
  }
  return fieldsOf(form)
}

interface Form {
  readonly events: Events
  readonly calls: Calls
  readonly links: Map<FieldName, Link>
  readonly places: readonly Place[]
}

interface Group {
  readonly group: string
  readonly places: readonly Place[]
  readonly options: FieldsOptions
}

function setupOf(place: Place, { group, places, options }: Group): Setup {
  const { field, label, placeholder, element } = place
  return {
    tessera: 'field',
    field,
    group,
    members: places.map((each) => each.field),
    label,
    placeholder,
    // A frame of another scheme than its element has an opaque ground.
    colorScheme: getComputedStyle(element).colorScheme,
    styles: options.styles,
    brand: options.brand,
    locale: options.locale ?? 'en',
    messages: options.messages,
  }
}

function hearField(form: Form, { field, element }: Place, told: Told): void {
  const { events, calls } = form
  switch (told.kind) {
    case 'ready':
      if (!isReady(form)) return
      events.emit('ready', undefined)
      for (const id of calls.open()) send(form, id)
      return
    case 'focus':
    case 'blur':
      element.classList.toggle(CLASSES.focus, told.kind === 'focus')
      return events.emit(told.kind, { field })
    case 'submit':
      return events.emit('submit', { field })
    case 'change':
      return afterPress(() => {
        show(element, told.state)
        events.emit('change', told.state)
      })
    case 'secured':
    case 'failed':
      return calls.settle(told)
  }
}

function isReady({ links, places }: Form): boolean {
  return links.size === places.length && [...links.values()].every((link) => link.isReady)
}

/** Any field gathers the others. */
function send({ links }: Form, id: number): void {
  const [link] = links.values()
  link?.ask({ kind: 'tokenize', id })
}

function show({ classList }: Element, { isComplete, problem }: FieldState): void {
  classList.toggle(CLASSES.complete, isComplete)
  classList.toggle(CLASSES.invalid, problem !== undefined)
}

function fieldsOf(form: Form): Fields {
  const { events, calls, links, places } = form
  let isDestroyed = false
  return {
    on: (name, listener) => events.on(name, listener),
    async tokenize() {
      if (isDestroyed) throw fieldsError('destroyed')
      if (!isSecureContext) throw fieldsError('insecure')
      const { id, answer } = calls.add()
      if (isReady(form)) send(form, id)
      return answer
    },
    focus: (field) => links.get(field)?.ask({ kind: 'focus' }),
    clear: () => links.forEach((link) => link.ask({ kind: 'clear' })),
    destroy() {
      isDestroyed = true
      calls.failAll('destroyed')
      links.forEach((link) => link.remove())
      for (const { element } of places) element.classList.remove(...Object.values(CLASSES))
    },
  }
}
