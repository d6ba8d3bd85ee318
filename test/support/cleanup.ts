import { after } from 'node:test'

const cleanups: (() => Promise<void> | void)[] = []

// Registered while the file loads: inside a hook, `after` would run with that hook.
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** Runs when the test file is done, last registered first. */
export function cleanUpLater(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup)
}
