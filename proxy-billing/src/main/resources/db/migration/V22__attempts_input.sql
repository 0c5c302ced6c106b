-- What an attempt was sent, so that attempts which nobody was charged for can be compared with a provider's bill. 0 in rows
-- of before.
ALTER TABLE attempts ADD COLUMN input_tokens bigint NOT NULL DEFAULT 0;
