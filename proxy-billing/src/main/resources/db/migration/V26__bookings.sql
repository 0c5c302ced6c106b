-- Credit limits, and what an operator gives back or puts right.

-- How far below zero a prepaid balance may be spent.
ALTER TABLE tenants
    ADD COLUMN credit_limit_nano_usd bigint NOT NULL DEFAULT 0
        CONSTRAINT tenants_credit_limit CHECK (credit_limit_nano_usd >= 0);

-- Refunds and adjustments share the idempotency keys of credits. A refund names the request whose charge it gives back.
ALTER TABLE credits
    ADD COLUMN kind       text NOT NULL DEFAULT 'credit'
        CONSTRAINT credits_kind CHECK (kind IN ('credit', 'refund', 'adjustment')),
    ADD COLUMN request_id text,
    ADD COLUMN reason     text,
    DROP CONSTRAINT credits_amount_positive,
    ADD CONSTRAINT credits_amount CHECK (amount_nano_usd > 0 OR (kind = 'adjustment' AND amount_nano_usd < 0)),
    ADD CONSTRAINT credits_refund_of CHECK ((kind = 'refund') = (request_id IS NOT NULL));

CREATE INDEX credits_by_request ON credits (request_id) WHERE request_id IS NOT NULL;

-- NOT VALID: it allows more than the one before, so that the rows of a large ledger need not be read under its lock.
ALTER TABLE ledger_entries
    DROP CONSTRAINT ledger_entries_kind_check,
    ADD CONSTRAINT ledger_entries_kind
        CHECK (kind IN ('opening', 'charge', 'adjustment', 'credit', 'refund')) NOT VALID;

-- The other side of an operator's adjustments. Those of a charge, which name its request, stand against revenue.
INSERT INTO ledger_accounts (id) VALUES ('adjustments') ON CONFLICT DO NOTHING;

ALTER TABLE outbox
    DROP CONSTRAINT outbox_kind,
    ADD CONSTRAINT outbox_kind CHECK (kind IN ('usage', 'credit', 'refund', 'adjustment', 'tenant'));
