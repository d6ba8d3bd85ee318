import { pino, type Logger, stdTimeFunctions } from 'pino'
import { maskPans } from '../core/pan.ts'
import { VaultIntegrityError } from '../vault/blob.ts'

/** Where log lines go: standard output, or a test's own collector. */
export interface LogSink {
  write(line: string): void
}

/**
 * JSON lines of names, ids and numbers. Errors are logged by type, code and place: their texts may
 * quote what a merchant or a database row held. Should a card number reach a line all the same, it
 * is masked there and `alarm` hears of it.
 */
export function createLog(
  level: 'info' | 'warn' | 'silent',
  sink: LogSink,
  alarm: () => void,
): Logger {
  const guarded = {
    write(line: string) {
      const safe = maskPans(line)
      if (safe !== line) alarm()
      sink.write(safe)
    },
  }
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, req: () => undefined, res: () => undefined },
    },
    guarded,
  )
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code } = error as { code?: unknown }
  const place = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return {
    type: error.name,
    ...(typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) && { code }),
    ...(error instanceof VaultIntegrityError && { alarm: 'VAULT_INTEGRITY' }),
    at: place.slice(0, 6).map((line) => line.trim()),
  }
}
