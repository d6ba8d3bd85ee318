-- Holds that end by themselves at a date, and failed seTokens, counted for all nodes together.

-- A row from the order's opening until its date has come and nothing is held any more. The table is
-- the queue: a loop leases rows by due_at.
create table hold_end (
  merchant_id text not null,
  order_id uuid not null,
  kind text not null check (kind in ('capture', 'void')),
  due_at timestamptz not null,
  -- How often it was looked into.
  attempts integer not null default 0,
  primary key (merchant_id, order_id)
);

create index hold_end_due on hold_end (due_at);

-- seTokens that did not open, of a merchant by its payers' address and (under *) altogether, in a
-- window of time that ends at `until`.
create table se_token_failure (
  merchant_id text not null,
  address text not null,
  failures integer not null,
  until timestamptz not null,
  primary key (merchant_id, address)
);
