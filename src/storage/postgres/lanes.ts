import pg from 'pg'
import { isOutdated, tend } from './connection.ts'

/** A connection that single statements share. */
interface Lane {
  /** Opened by the first statement, and again after it broke. */
  client: Promise<pg.Client> | undefined
  /** Statements that were sent and have no answer yet. */
  underWay: number
}

export interface Lanes {
  readonly query: <Row extends pg.QueryResultRow>(
    statement: pg.QueryConfig,
  ) => Promise<pg.QueryResult<Row>>
  /** Closes every connection once nothing is under way on it any more, and opens no other. */
  end(): Promise<void>
}

/**
 * Sends each statement on the least busy of `count` connections, behind those that have no answer
 * yet. To wake a server process that sleeps is among the dearest things a payment does, and few busy
 * connections do it less often than many idle ones.
 *
 * A connection that breaks fails all that is under way on it, and one that refuses a statement as
 * outdated is replaced. A slow statement keeps those behind it
 * waiting, so it belongs in a transaction.
 */
export function openLanes(config: pg.ClientConfig, count: number): Lanes {
  const lanes = Array.from({ length: count }, (): Lane => ({ client: undefined, underWay: 0 }))
  let isEnded = false
  return {
    async query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig) {
      if (isEnded) throw new Error('the database was closed')
      const lane = lanes.reduce((best, other) => (other.underWay < best.underWay ? other : best))
      lane.underWay += 1
      try {
        return await send<Row>(lane, (lane.client ??= open(config, lane)), statement)
      } finally {
        lane.underWay -= 1
      }
    },

    async end() {
      isEnded = true
      await Promise.all(lanes.map(async ({ client }) => (await client?.catch(nothing))?.end()))
    },
  }
}

async function send<Row extends pg.QueryResultRow>(
  lane: Lane,
  opened: Promise<pg.Client>,
  statement: pg.QueryConfig,
): Promise<pg.QueryResult<Row>> {
  const client = await opened
  try {
    return await client.query<Row>(statement)
  } catch (error) {
    if (isOutdated(error) && lane.client === opened) {
      lane.client = undefined
      // It ends when all that is under way on it has its answer.
      void client.end()
    }
    throw error
  }
}

// Whoever asked for the connection was told.
function nothing(): undefined {}

function open(config: pg.ClientConfig, lane: Lane): Promise<pg.Client> {
  const client = new pg.Client({ ...config, pipeline: true })
  const opened = client.connect().then(() => {
    tend(client)
    return client
  })
  const forget = () => {
    if (lane.client === opened) lane.client = undefined
  }
  client.on('error', forget)
  client.on('end', forget)
  opened.catch(forget)
  return opened
}
