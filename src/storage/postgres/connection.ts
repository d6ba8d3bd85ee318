import pg from 'pg'

/**
 * Keeps an open connection from taking the process with it. What breaks it is told by the statement
 * under way or the next one, but the event alone, unheard, would end the process. And once our
 * goodbye has been sent nobody waits for the server's, as one that hangs never says it.
 */
export function tend(client: pg.Client): void {
  client.on('error', () => {})
  const { stream } = client.connection
  stream.once('finish', () => stream.destroy())
}

const FEATURE_NOT_SUPPORTED = '0A000'

/**
 * Whether a prepared statement was refused because a migration has changed its tables since. Its
 * connection refuses it for ever, but another one takes it.
 */
export function isOutdated(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === FEATURE_NOT_SUPPORTED
}
