-- 3-D Secure: a payment may wait for its cardholder to be authenticated before it is authorized.

insert into payment_transition values
  ('authenticating', 'authorizing'), ('authenticating', 'failed');

-- Hosts that payers may be sent back to; '*' is any, for sandboxes.
alter table merchant add column return_hosts text[] not null default '{}';
alter table merchant add column logo_url text;
alter table merchant add column color text check (color ~ '^#[0-9a-f]{6}$');

-- The order may be paid again after this payment ends without success.
alter table payment add column reopens boolean not null default false;

-- One authentication of one payment. The card itself waits nowhere here: its ciphertext travels
-- with the cardholder's browser, and session_key, its one-time key, is erased with the outcome.
create table authentication (
  merchant_id text not null,
  payment_id uuid not null,
  -- The EMV threeDSServerTransID.
  authentication_id uuid not null,
  state text not null check (state in ('method', 'requested', 'challenge', 'done')),
  version text not null,
  session_key bytea,
  return_url text,
  -- Where the browser is sent: the page that sends it allows these origins and no other.
  method_url text,
  acs_url text,
  ds_transaction_id text,
  acs_transaction_id text,
  -- The authoritative outcome: from the ARes, or from the RReq after a challenge.
  trans_status char(1),
  trans_status_reason text,
  eci text,
  sealed_authentication_value bytea,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  primary key (merchant_id, payment_id),
  foreign key (merchant_id, payment_id) references payment (merchant_id, payment_id)
);

create index authentication_waiting on authentication (expires_at) where state <> 'done';
