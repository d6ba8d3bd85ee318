-- What a consent to debit a wallet was given for.
alter table wallet_consent add column usage text not null default 'unscheduled'
  check (usage in ('unscheduled', 'recurring', 'installment'));

-- The consent that a notification of a stored instrument is about, where it is no card.
alter table notification add column consent_name text;
