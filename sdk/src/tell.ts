/**
 * Calls a callback of the app's. What it throws, or its promise rejects with, is the app's own: it
 * is thrown again where nobody waits, and surfaces as an uncaught error.
 */
export async function tell<Values extends readonly unknown[]>(
  callback: (...values: Values) => unknown,
  ...values: Values
): Promise<void> {
  try {
    await callback(...values)
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
