/**
 * Calls a callback of the app's. What it throws, or its promise rejects with, is the app's own: it
 * is thrown again where nobody waits, and surfaces as an uncaught error.
 */
export async function tell(callback: () => unknown): Promise<void> {
  try {
    await callback()
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
