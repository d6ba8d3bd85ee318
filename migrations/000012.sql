-- Wallets pay: without a card number, by a consent of their owner or after asking for one.
alter table payment drop constraint payment_instrument_check;
alter table payment add constraint payment_instrument_check
  check (instrument in ('card', 'networkToken', 'vaultToken', 'wallet'));

-- The wallet that pays, and the name of the consent that it pays by or that it gave.
alter table payment add column wallet jsonb;

alter table wallet_consent add column usage text not null default 'unscheduled'
  check (usage in ('unscheduled', 'recurring', 'installment'));

-- The consent that a notification of a stored instrument is about, where it is no card.
alter table notification add column consent_name text;
