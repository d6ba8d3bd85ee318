import { DatabaseSync } from 'node:sqlite'

export type EntryKind =
  | 'authorize'
  | 'sale'
  | 'verify'
  | 'capture'
  | 'void'
  | 'refund'
  | 'credit'
  | 'reverse'

/** One message as the acquirer booked it. */
export interface Entry {
  readonly merchantId: string
  readonly operationId: string
  readonly kind: EntryKind
  /** The authorization a later message is about; for an authorization or credit its own id. */
  readonly originalId: string
  readonly minor: bigint
  readonly currency: string
  readonly merchantReference: string
  readonly panMasked: string
  /** Network transaction id of the payment at which the card was stored, where one was sent. */
  readonly link: string
  /** JSON of what a wallet is asked; empty for everything else. */
  readonly wallet: string
  readonly approved: boolean
  readonly responseCode: string
  readonly approvalCode: string
  readonly rrn: string
}

/**
 * The acquirer's own book. It survives a killed gateway and is written before any answer, so tests
 * read it as the truth about what the acquirer did.
 */
export interface Ledger {
  find(merchantId: string, operationId: string): Entry | undefined
  /** Every message about one authorization, oldest first. */
  about(merchantId: string, originalId: string): readonly Entry[]
  /** The newest entries of a merchant, newest first; all merchants' when none is named. */
  newest(limit: number, merchantId?: string): readonly Entry[]
  book(entry: Entry): void
  /** Writes the answer of an entry that waits with the response code `from`; once. */
  decide(decision: Decision): void
  isOpen(): boolean
  close(): void
}

interface Decision extends Pick<Entry, 'merchantId' | 'operationId' | 'responseCode'> {
  readonly from: string
  readonly approved: boolean
}

interface Row extends Omit<Entry, 'minor' | 'approved'> {
  readonly minor: bigint | number
  readonly approved: bigint | number
}

const SCHEMA = `
  pragma journal_mode = wal;
  pragma synchronous = off;
  create table if not exists entry (
    merchantId text not null,
    operationId text not null,
    kind text not null,
    originalId text not null,
    minor integer not null,
    currency text not null,
    merchantReference text not null,
    panMasked text not null,
    approved integer not null,
    responseCode text not null,
    approvalCode text not null,
    rrn text not null,
    link text not null default '',
    wallet text not null default '',
    primary key (merchantId, operationId)
  );
  create index if not exists entry_about on entry (merchantId, originalId);`

/** @param path a file of its own, or `:memory:`. */
export function openLedger(path: string): Ledger {
  const database = new DatabaseSync(path)
  database.exec(SCHEMA)
  const columns = database.prepare('select name from pragma_table_info(?)').all('entry')
  for (const column of ['link', 'wallet']) {
    if (columns.some(({ name }) => name === column)) continue
    database.exec(`alter table entry add column ${column} text not null default ''`)
  }
  const prepare = (text: string) => {
    const statement = database.prepare(text)
    statement.setReadBigInts(true)
    return statement
  }
  const find = prepare('select * from entry where merchantId = ? and operationId = ?')
  const about = prepare(
    'select * from entry where merchantId = ? and originalId = ? order by rowid',
  )
  const newest = prepare('select * from entry order by rowid desc limit ?')
  const newestOf = prepare('select * from entry where merchantId = ? order by rowid desc limit ?')
  const book = prepare('insert into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const decide = prepare(`update entry set responseCode = ?, approved = ?
    where merchantId = ? and operationId = ? and responseCode = ?`)
  return {
    find(...key) {
      const row = find.get(...key)
      return row && toEntry(row)
    },
    about: (...key) => about.all(...key).map(toEntry),
    newest(limit, merchantId) {
      const rows = merchantId === undefined ? newest.all(limit) : newestOf.all(merchantId, limit)
      return rows.map(toEntry)
    },
    book(entry) {
      book.run(
        entry.merchantId,
        entry.operationId,
        entry.kind,
        entry.originalId,
        entry.minor,
        entry.currency,
        entry.merchantReference,
        entry.panMasked,
        entry.approved ? 1n : 0n,
        entry.responseCode,
        entry.approvalCode,
        entry.rrn,
        entry.link,
        entry.wallet,
      )
    },
    decide({ merchantId, operationId, from, responseCode, approved }) {
      decide.run(responseCode, approved ? 1n : 0n, merchantId, operationId, from)
    },
    isOpen: () => database.isOpen,
    close: () => database.close(),
  }
}

function toEntry(row: object): Entry {
  const { minor, approved, ...rest } = row as Row
  return { ...rest, minor: BigInt(minor), approved: Boolean(approved) }
}
