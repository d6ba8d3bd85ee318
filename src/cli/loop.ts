/** Repeats `work`: again at once while there is any, else after a pause. */
export interface Loop {
  /** Resolves when the work under way is done; none starts after. */
  stop(): Promise<void>
}

/**
 * @param work returns how much it found to do.
 * @param options.failed hears that a round threw; the loop goes on.
 */
export function startLoop(
  work: () => Promise<number>,
  options: { readonly pauseMs: number; readonly failed: () => void },
): Loop {
  const stopped = new AbortController()
  let wake = () => {}

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.pauseMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async () => {
    while (!stopped.signal.aborted) {
      const found = await work().catch(() => {
        options.failed()
        return 0
      })
      if (found === 0 && !stopped.signal.aborted) await pause()
    }
  }

  const running = run()
  return {
    stop() {
      stopped.abort()
      wake()
      return running
    },
  }
}
