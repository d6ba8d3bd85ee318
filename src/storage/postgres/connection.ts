import type pg from 'pg'

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
