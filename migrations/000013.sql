-- A CHECK of a table is read from its text and evaluated again with every statement that touches a
-- row, whatever column it changes; a domain's is kept ready, and evaluated when its own column is
-- written. A payment writes six rows and changes five, so what is about one column is a domain's
-- now, and what compares the sums of a payment is one CHECK of its row.

create domain minor_units as bigint check (value >= 0);
create domain expiry_month as smallint check (value between 1 and 12);
create domain masked_pan as text check (value !~ '[0-9]{7}');
create domain order_status as text
  check (value in ('open', 'paying', 'paid', 'closed', 'cancelled', 'expired'));
create domain capture_mode as text check (value in ('automatic', 'manual', 'none', 'credit'));
create domain tokenize_mode as text check (value in ('no', 'offered', 'only'));
create domain threeds_mode as text check (value in ('try', 'require', 'force', 'none'));
create domain payment_status as text
  check (value in ('authenticating', 'authorizing', 'authorized', 'captured', 'refunded', 'voiding',
    'voided', 'verified', 'crediting', 'credited', 'declined', 'reversed', 'failed'));
create domain payment_instrument as text
  check (value in ('card', 'networkToken', 'vaultToken', 'wallet'));
create domain payment_failure as text check (value in ('authentication', 'unreachable'));
create domain operation_kind as text
  check (value in ('authorize', 'capture', 'void', 'refund', 'credit'));
create domain operation_state as text
  check (value in ('sent', 'approved', 'declined', 'failed', 'reversed'));
create domain notification_state as text check (value in ('due', 'delivered', 'parked'));
create domain notification_event as text
  check (value in ('payment', 'capture', 'void', 'refund', 'expiry', 'vaultTokenCreated',
    'vaultTokenChanged'));

alter table payment_order
  drop constraint payment_order_amount_minor_check,
  drop constraint payment_order_capture_mode_check,
  drop constraint payment_order_status_check,
  drop constraint payment_order_threeds_check,
  drop constraint payment_order_tokenize_check,
  alter column amount_minor type minor_units,
  alter column capture_mode type capture_mode,
  alter column status type order_status,
  alter column threeds type threeds_mode,
  alter column tokenize type tokenize_mode;

-- It looks at the status, whose type changes.
drop trigger payment_status on payment;

alter table payment
  drop constraint payment_amount_minor_check,
  drop constraint payment_authorized_minor_check,
  drop constraint payment_captured_minor_check,
  drop constraint payment_capturing_minor_check,
  drop constraint payment_card_expiry_month_check,
  drop constraint payment_check,
  drop constraint payment_check1,
  drop constraint payment_check2,
  drop constraint payment_check3,
  drop constraint payment_check4,
  drop constraint payment_failure_check,
  drop constraint payment_instrument_check,
  drop constraint payment_pan_masked_check,
  drop constraint payment_refunded_minor_check,
  drop constraint payment_refunding_minor_check,
  drop constraint payment_status_check,
  alter column amount_minor type minor_units,
  alter column card_expiry_month type expiry_month,
  alter column failure type payment_failure,
  alter column instrument type payment_instrument,
  alter column pan_masked type masked_pan,
  alter column status type payment_status;

alter table payment
  add constraint payment_sums check (
    capturing_minor >= 0 and refunding_minor >= 0 and refunded_minor >= 0 and captured_minor >= 0
    and captured_minor + capturing_minor <= authorized_minor
    and refunded_minor + refunding_minor <= captured_minor
    -- What was sent to a card was taken from none.
    and case when status in ('crediting', 'credited') then authorized_minor = 0
      and credited_minor between 0 and case status when 'credited' then amount_minor else 0 end
      else credited_minor = 0 end);

create trigger payment_status before update on payment
  for each row when (old.status is distinct from new.status)
  execute function refuse_unknown_transition();

alter table operation
  drop constraint operation_amount_minor_check,
  drop constraint operation_kind_check,
  drop constraint operation_state_check,
  alter column amount_minor type minor_units,
  alter column kind type operation_kind,
  alter column state type operation_state;

alter table notification
  drop constraint notification_event_check,
  drop constraint notification_state_check,
  alter column event type notification_event,
  alter column state type notification_state;
