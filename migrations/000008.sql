-- Payers' consents that a merchant debits their wallet: payment tokens without a card.
create table wallet_consent (
  merchant_id text not null references merchant,
  -- The merchant's name for it.
  name text not null,
  customer_id text not null,
  payment_method_type text not null check (payment_method_type in ('ONE_TOUCH', 'AUTO_DEBIT')),
  target_org text not null,
  -- Masked.
  account_display text not null,
  merchant_may_initiate boolean not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (merchant_id, name)
);

create index wallet_consent_by_customer on wallet_consent (merchant_id, customer_id);
