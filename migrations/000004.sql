-- Keys that payers' clients encrypt cards to. A private key is here only sealed, and is erased when
-- its time is over.
create table vault.client_key (
  -- '*': the platform's own, for every merchant's payers.
  merchant_id text not null,
  purpose text not null,
  -- 1, 2, 3 …: of two that make the next one at once, one does.
  number integer not null check (number > 0),
  key_id text not null check (key_id ~ '^[0-9a-f]{16}$'),
  public_key bytea not null,
  sealed bytea,
  created_at timestamptz not null,
  -- Set by the rotation that made the next one.
  good_until timestamptz,
  primary key (merchant_id, purpose, number),
  unique (merchant_id, purpose, key_id),
  check (sealed is not null or good_until is not null)
);
