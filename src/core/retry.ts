// Standard Webhooks 1.0's published schedule: 75 hours in all.
const NOTIFICATION_DELAYS_SECONDS = [
  5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
] as const

/**
 * When a notification that failed for the `attempts`-th time is tried again.
 *
 * @param jitter 0 to 1; spreads the delay by up to a fifth either way.
 * @returns seconds, or undefined when the schedule is used up.
 */
export function notificationDelaySeconds(attempts: number, jitter: number): number | undefined {
  const delay = NOTIFICATION_DELAYS_SECONDS[attempts - 1]
  return delay === undefined ? undefined : delay * (0.8 + 0.4 * jitter)
}

/** Seconds until an operation in doubt is looked into again: 2, 4, 8 … at most ten minutes. */
export function recoveryDelaySeconds(attempts: number): number {
  return Math.min(2 ** Math.min(attempts, 10), 600)
}
