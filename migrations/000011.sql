-- Keys that payers' wallets encrypt to are client keys too, and what a wallet encrypted counts once.

-- Whom a key is known by to those who encrypt to it: Apple's merchant identifier. A merchant has one
-- line of keys for each, and a rotation ends those of its own line.
alter table vault.client_key add column recipient text;

-- Wallets' own ids of what merchants were paid with.
create table vault.wallet_use (
  merchant_id text not null,
  wallet text not null,
  wallet_payment_id text not null,
  -- From then on it is refused by its time, and is forgotten here.
  good_until timestamptz not null,
  primary key (merchant_id, wallet, wallet_payment_id)
);

create index wallet_use_by_time on vault.wallet_use (merchant_id, good_until);
