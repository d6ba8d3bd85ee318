import { Refusal } from '../../src/core/refusal.ts'

/** The code that work was refused with, or `done`; any other error is thrown on. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
