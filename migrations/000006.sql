-- API users of the JCC dialect: logins of merchants' own servers, their passwords, and how often a
-- wrong one was tried.

-- A login names its merchant, so it is looked for before the merchant is known: small, read-mostly.
create table api_user (
  user_name text primary key check (length(user_name) between 1 and 100),
  merchant_id text not null,
  permissions text[] not null,
  -- Only requests signed with the merchant's key are taken.
  must_sign boolean not null,
  -- SHA-256 of a random text that stands for login and password.
  open_token_digest bytea unique check (length(open_token_digest) = 32),
  disabled_at timestamptz,
  created_at timestamptz not null
);

create index api_user_by_merchant on api_user (merchant_id);

-- Several are good while one is being replaced.
create table api_user_password (
  merchant_id text not null,
  user_name text not null,
  password_id uuid not null,
  -- scrypt, with its salt and cost.
  hash text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (merchant_id, user_name, password_id)
);

-- Attempts with a password not known to be right, by address and (under *) altogether. No password
-- is read until `until` once the attempts are more than attempts_max.
create table api_user_attempt (
  merchant_id text not null,
  user_name text not null,
  address text not null,
  attempts integer not null,
  attempts_max integer not null,
  until timestamptz not null,
  primary key (merchant_id, user_name, address)
);
