-- Credits: money that a merchant sends to a card, without an earlier payment. Nothing is authorized,
-- captured or refunded by one.

insert into payment_transition values
  ('crediting', 'credited'), ('crediting', 'declined'), ('crediting', 'failed');

alter table payment_order
  drop constraint payment_order_capture_mode_check,
  add check (capture_mode in ('automatic', 'manual', 'none', 'credit'));

alter table payment
  drop constraint payment_status_check,
  add check (status in ('authenticating', 'authorizing', 'authorized', 'captured', 'refunded',
    'voiding', 'voided', 'verified', 'crediting', 'credited', 'declined', 'reversed', 'failed')),
  add column credited_minor bigint not null default 0,
  add check (credited_minor between 0 and amount_minor),
  add check (credited_minor = 0 or status = 'credited'),
  -- Captured and refunded sums are within the authorized one, so these are zero with it.
  add check (authorized_minor = 0 or status not in ('crediting', 'credited'));

alter table operation
  drop constraint operation_kind_check,
  add check (kind in ('authorize', 'capture', 'void', 'refund', 'credit'));

-- API users were given this permission among all others while it allowed nothing. From now on it
-- pays money out, so an operator grants it by name.
update api_user set permissions = array_remove(permissions, 'credit');
