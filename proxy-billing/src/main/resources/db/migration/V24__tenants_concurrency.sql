-- Requests of all keys together open at once; 0 means unlimited.
ALTER TABLE tenants
    ADD COLUMN max_concurrency integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT tenants_max_concurrency CHECK (max_concurrency >= 0);
