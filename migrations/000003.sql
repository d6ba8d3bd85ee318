-- More dialects over one core: customers, orders that only verify a card, events besides payments,
-- merchants' accounts and keys.

alter table payment_order
  add column customer_id text,
  add column announces_expiry boolean not null default false,
  -- What a card stored with the order may be used for.
  add column token_usage text,
  add column token_for_merchant boolean,
  drop constraint payment_order_status_check,
  add check (status in ('open', 'paying', 'paid', 'closed', 'cancelled', 'expired')),
  drop constraint payment_order_capture_mode_check,
  add check (capture_mode in ('automatic', 'manual', 'none')),
  drop constraint payment_order_threeds_check,
  add check (threeds in ('try', 'require', 'force', 'none'));

-- The flag is taken down when the order ends. The status is no part of the condition, so that its
-- changes touch no index.
create index payment_order_expiry on payment_order (expires_at) where announces_expiry;

insert into payment_transition values ('captured', 'voiding'), ('voiding', 'captured');

alter table payment
  add column card_expiry_year smallint,
  add column card_expiry_month smallint check (card_expiry_month between 1 and 12),
  add column details jsonb;

alter table operation
  add column is_final boolean not null default false,
  add column notify_url text,
  add column approval_code text,
  add column rrn text;

create index operation_follow_ups on operation (merchant_id, payment_id)
  where kind <> 'authorize';
create index operation_by_reference on operation (merchant_id, reference)
  where reference is not null;

alter table notification
  add column event text not null default 'payment' check (event in ('payment', 'capture', 'void',
    'refund', 'expiry', 'vaultTokenCreated', 'vaultTokenChanged')),
  add column operation_id uuid,
  add column vault_token_id uuid,
  alter column order_id drop not null,
  alter column payment_id drop not null;

alter table vault_token
  add column is_active boolean not null default true,
  add column usage text not null default 'unscheduled'
    check (usage in ('unscheduled', 'recurring', 'installment')),
  add column merchant_may_initiate boolean not null default false,
  add column network_transaction_id text,
  add column deleted_at timestamptz,
  drop constraint vault_token_merchant_id_customer_id_card_id_key;

-- A card that was deleted may be stored again, under another name.
create unique index vault_token_card on vault_token (merchant_id, customer_id, card_id)
  nulls not distinct where deleted_at is null;

-- The last digits of order ids say whose they are: the first of a digest of the merchant's id.
alter table merchant add column tag text not null
  generated always as (left(encode(sha256(merchant_id::bytea), 'hex'), 8)) stored;
create index merchant_by_tag on merchant (tag);

-- What a merchant is called in a dialect, and how that dialect is set up for it.
create table merchant_account (
  merchant_id text not null references merchant,
  dialect text not null,
  account text not null,
  settings jsonb not null,
  created_at timestamptz not null,
  primary key (merchant_id, dialect)
);

create index merchant_account_by_name on merchant_account (dialect, account);

alter table merchant_secret
  -- 'shared' is text that both sides know; other kinds are named by their dialect and hold PEM.
  add column kind text not null default 'shared',
  add column version text not null default '';
