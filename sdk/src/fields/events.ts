import type { FieldEvents } from './types.ts'

type Name = keyof FieldEvents

/** What a page listens for. */
export interface Events {
  on<N extends Name>(name: N, listener: (event: FieldEvents[N]) => void): () => void
  emit<N extends Name>(name: N, event: FieldEvents[N]): void
}

export function createEvents(): Events {
  const listeners: { [N in Name]: Set<(event: FieldEvents[N]) => void> } = {
    ready: new Set(),
    change: new Set(),
    focus: new Set(),
    blur: new Set(),
    submit: new Set(),
  }
  return {
    on(name, listener) {
      if (!Object.hasOwn(listeners, name)) throw new TypeError(`there is no event ${name}`)
      listeners[name].add(listener)
      return () => listeners[name].delete(listener)
    },
    emit(name, event) {
      for (const listener of listeners[name]) listener(event)
    },
  }
}
