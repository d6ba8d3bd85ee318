-- Whose card it is: kept with a card that is stored, and with its payment until that has ended.
alter table payment add column holder jsonb;
alter table vault_token add column card_holder jsonb;
