-- Usage in months, by the request id, which begins with its second. What is there already stays where it is: the tables of
-- before become the partitions for everything that is in no month, without being written anew. The indexes on the request
-- id are built anew, because months are bounded by the order of bytes, whatever the database's language is.

-- Both are written in one transaction; the reference cost each settlement a lookup, and would hold a month back.
ALTER TABLE attempts DROP CONSTRAINT attempts_request_id_fkey;

ALTER TABLE usage_records RENAME TO usage_records_other;
ALTER TABLE attempts RENAME TO attempts_other;
ALTER INDEX usage_records_pkey RENAME TO usage_records_other_pkey;
ALTER INDEX attempts_pkey RENAME TO attempts_other_pkey;
ALTER INDEX IF EXISTS usage_records_by_time RENAME TO usage_records_other_by_time;
ALTER INDEX IF EXISTS usage_records_by_tenant RENAME TO usage_records_other_by_tenant;
ALTER INDEX IF EXISTS usage_records_by_key RENAME TO usage_records_other_by_key;

ALTER TABLE usage_records_other ALTER COLUMN request_id TYPE text COLLATE "C";
ALTER TABLE attempts_other ALTER COLUMN request_id TYPE text COLLATE "C";

CREATE TABLE usage_records (LIKE usage_records_other INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (request_id);
ALTER TABLE usage_records
    ADD PRIMARY KEY (request_id),
    ADD CONSTRAINT usage_records_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE SET NULL,
    ADD CONSTRAINT usage_records_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys ON DELETE SET NULL,
    ADD CONSTRAINT usage_records_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers ON DELETE SET NULL;
CREATE INDEX usage_records_by_time ON usage_records (started_at_micros DESC, request_id DESC);
CREATE INDEX usage_records_by_tenant ON usage_records (tenant_id, started_at_micros DESC, request_id DESC);
CREATE INDEX usage_records_by_key ON usage_records (key_id, started_at_micros DESC, request_id DESC);
ALTER TABLE usage_records ATTACH PARTITION usage_records_other DEFAULT;

CREATE TABLE attempts (LIKE attempts_other INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (request_id);
ALTER TABLE attempts
    ADD PRIMARY KEY (request_id, n),
    ADD CONSTRAINT attempts_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES providers ON DELETE SET NULL;
ALTER TABLE attempts ATTACH PARTITION attempts_other DEFAULT;
