-- Orders, payments, their journal, notifications, and the vault.
--
-- merchant_id comes first in every key, so that the tables run unchanged on a PostgreSQL that is
-- distributed by merchant. Card numbers reach this database only as ciphertext.

create table merchant (
  merchant_id text primary key check (length(merchant_id) between 1 and 64),
  name text not null,
  currency char(3) not null,
  time_zone text not null,
  notify_url text,
  return_url text,
  may_tokenize boolean not null,
  created_at timestamptz not null
);

-- A merchant's shared secret for one dialect, sealed by the vault.
create table merchant_secret (
  merchant_id text not null references merchant,
  secret_id uuid not null,
  dialect text not null,
  sealed bytea not null,
  created_at timestamptz not null,
  -- Set by a rotation; until then both secrets are good.
  expires_at timestamptz,
  primary key (merchant_id, secret_id)
);

-- Orders, payments and operations have no foreign keys: each is inserted from the row it belongs to,
-- in the statement that claims that row. The keys' own row locks cost a third of the throughput,
-- and a merchant's row was one that all of its orders queued for.
create table payment_order (
  merchant_id text not null,
  order_id uuid not null,
  dialect text not null,
  merchant_reference text not null,
  status text not null default 'open'
    check (status in ('open', 'paying', 'paid', 'closed', 'cancelled')),
  amount_minor bigint not null check (amount_minor >= 0),
  currency char(3) not null,
  description text not null,
  capture_mode text not null check (capture_mode in ('automatic', 'manual')),
  tokenize text not null check (tokenize in ('no', 'offered', 'only')),
  threeds text not null check (threeds in ('try', 'force', 'none')),
  vault_token_ids uuid[] not null,
  notify_url text,
  details jsonb not null,
  sealed_authentication bytea,
  idempotency_key text,
  request_hash bytea not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  primary key (merchant_id, order_id),
  unique (merchant_id, dialect, merchant_reference)
);

create unique index payment_order_idempotency
  on payment_order (merchant_id, dialect, idempotency_key) where idempotency_key is not null;

create index payment_order_authentication
  on payment_order (expires_at) where sealed_authentication is not null;

create table payment (
  merchant_id text not null,
  payment_id uuid not null,
  order_id uuid not null,
  status text not null check (status in ('authenticating', 'authorizing', 'authorized',
    'captured', 'refunded', 'voiding', 'voided', 'verified', 'declined', 'reversed', 'failed')),
  instrument text not null check (instrument in ('card', 'networkToken', 'vaultToken')),
  pan_masked text not null check (pan_masked !~ '[0-9]{7}'),
  brand text,
  amount_minor bigint not null check (amount_minor >= 0),
  currency char(3) not null,
  authorized_minor bigint not null default 0 check (authorized_minor >= 0),
  captured_minor bigint not null default 0 check (captured_minor >= 0),
  capturing_minor bigint not null default 0 check (capturing_minor >= 0),
  refunded_minor bigint not null default 0 check (refunded_minor >= 0),
  refunding_minor bigint not null default 0 check (refunding_minor >= 0),
  eci text,
  trace_number text not null,
  rrn text,
  approval_code text,
  response_code text,
  network_transaction_id text,
  issuer_country text,
  issuer_bank text,
  card_funding text,
  failure text check (failure in ('authentication', 'unreachable')),
  vault_token_id uuid,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (merchant_id, payment_id),
  check (captured_minor + capturing_minor <= authorized_minor),
  check (refunded_minor + refunding_minor <= captured_minor)
);

create index payment_by_order on payment (merchant_id, order_id, created_at desc);

-- Which status may follow which; src/core/payment.ts holds the same table and a test compares.
create table payment_transition (
  from_status text not null,
  to_status text not null,
  primary key (from_status, to_status)
);

insert into payment_transition values
  ('authorizing', 'authorized'), ('authorizing', 'captured'), ('authorizing', 'verified'),
  ('authorizing', 'declined'), ('authorizing', 'reversed'), ('authorizing', 'failed'),
  ('authorized', 'captured'), ('authorized', 'voiding'),
  ('voiding', 'voided'), ('voiding', 'authorized'),
  ('captured', 'refunded');

create function refuse_unknown_transition() returns trigger language plpgsql as $$
begin
  if not exists (
    select from payment_transition where from_status = old.status and to_status = new.status
  ) then
    raise exception 'payment cannot go from % to %', old.status, new.status
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger payment_status before update on payment
  for each row when (old.status is distinct from new.status)
  execute function refuse_unknown_transition();

-- The journal of financial messages. A row is there before its message is sent, and its outcome is
-- written once. While the state is 'sent', the acquirer may or may not have acted.
create table operation (
  merchant_id text not null,
  operation_id uuid not null,
  payment_id uuid not null,
  kind text not null check (kind in ('authorize', 'capture', 'void', 'refund')),
  state text not null check (state in ('sent', 'approved', 'declined', 'failed', 'reversed')),
  amount_minor bigint not null check (amount_minor >= 0),
  currency char(3) not null,
  reference text,
  response_code text,
  sent_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  settled_at timestamptz,
  primary key (merchant_id, operation_id)
);

create unique index operation_reference
  on operation (merchant_id, payment_id, kind, reference) where reference is not null;
create index operation_in_doubt on operation (due_at) where state = 'sent';

-- Results that merchants must be told. The table is the queue: a loop leases rows by due_at.
create table notification (
  merchant_id text not null,
  notification_id uuid not null,
  order_id uuid not null,
  payment_id uuid not null,
  dialect text not null,
  url text not null,
  state text not null check (state in ('due', 'delivered', 'parked')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  primary key (merchant_id, notification_id),
  foreign key (merchant_id, payment_id) references payment (merchant_id, payment_id)
);

create index notification_due on notification (due_at) where state = 'due';

create table notification_attempt (
  merchant_id text not null,
  notification_id uuid not null,
  attempt integer not null,
  at timestamptz not null,
  milliseconds integer not null,
  status integer,
  error text,
  primary key (merchant_id, notification_id, attempt)
);

-- A merchant's reference to a vaulted card. customer_id is unknown for tokens of dialects that
-- name no customer; the same card is one token per customer.
create table vault_token (
  merchant_id text not null references merchant,
  vault_token_id uuid not null,
  card_id uuid not null,
  customer_id text,
  pan_masked text not null check (pan_masked !~ '[0-9]{7}'),
  brand text,
  expiry_year smallint not null,
  expiry_month smallint not null check (expiry_month between 1 and 12),
  created_at timestamptz not null,
  primary key (merchant_id, vault_token_id),
  unique nulls not distinct (merchant_id, customer_id, card_id)
);

create table vault_token_name (
  merchant_id text not null,
  dialect text not null,
  name text not null,
  vault_token_id uuid not null,
  primary key (merchant_id, dialect, name),
  unique (merchant_id, vault_token_id, dialect),
  foreign key (merchant_id, vault_token_id) references vault_token (merchant_id, vault_token_id)
);

-- The card zone: a schema of its own, so that a role of its own can be the only one to read it.
create schema vault;

-- Data keys, each wrapped by the key-encryption key, which is never here.
create table vault.data_key (
  merchant_id text not null,
  purpose text not null check (purpose in ('card', 'fingerprint', 'secret', 'session')),
  key_id integer not null,
  state text not null check (state in ('active', 'decrypt_only', 'destroyed')),
  wrapped bytea not null,
  kek_id text not null,
  -- Seals handed out in blocks; the cap keeps random nonces from ever repeating.
  seals bigint not null default 0 check (seals <= 2147483648),
  created_at timestamptz not null,
  primary key (merchant_id, purpose, key_id)
);

create unique index data_key_active
  on vault.data_key (merchant_id, purpose) where state = 'active';

create table vault.card (
  merchant_id text not null,
  card_id uuid not null,
  sealed bytea not null,
  fingerprint bytea not null check (length(fingerprint) = 32),
  fingerprint_key_id integer not null,
  created_at timestamptz not null,
  primary key (merchant_id, card_id),
  unique (merchant_id, fingerprint_key_id, fingerprint)
);
