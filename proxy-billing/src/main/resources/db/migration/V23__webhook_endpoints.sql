-- When an endpoint was last in some node's configuration, and how long it is tried: what waits for one that is gone is given
-- up by that.
CREATE TABLE webhook_endpoints (
    id                   text PRIMARY KEY,
    give_up_after_millis bigint      NOT NULL,
    in_force_at          timestamptz NOT NULL
);
