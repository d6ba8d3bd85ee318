let isDown = false

for (const [type, isNowDown] of [
  ['pointerdown', true],
  ['pointerup', false],
  ['pointercancel', false],
] as const) {
  addEventListener(type, () => (isDown = isNowDown), { capture: true })
}

/**
 * Waits until no button of the mouse is held. What moves the page while one is would move the
 * button away from under it, and the click would be lost.
 */
export function afterPress(work: () => void): void {
  if (!isDown) return work()
  const end = new AbortController()
  const finish = (): void => {
    end.abort()
    setTimeout(work)
  }
  addEventListener('pointerup', finish, { signal: end.signal })
  addEventListener('pointercancel', finish, { signal: end.signal })
}
