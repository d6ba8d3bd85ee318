-- The JCC dialect's payers: a browser may bring no more than its order's id, and a seToken counts
-- once.

-- What such a browser is to carry through 3-D Secure, sealed by the vault; erased with the outcome.
-- session_key, which opens the card in it, is erased with it.
alter table authentication add column sealed_step bytea;

-- Merchants whose own page goes through 3-D Secure name the authentication, not the order.
create index authentication_by_id on authentication (merchant_id, authentication_id);

-- The uuids of seTokens that merchants' payers have used.
create table se_token (
  merchant_id text not null,
  uuid uuid not null,
  used_at timestamptz not null,
  primary key (merchant_id, uuid)
);

create index se_token_by_time on se_token (merchant_id, used_at);
