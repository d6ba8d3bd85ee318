-- When an order was cancelled, which merchants are told as the time of its end.
alter table payment_order add column cancelled_at timestamptz;
