package io.hedgerow.core.port;

/** The name of every meter, in Micrometer's dotted form. Dashboards and alert rules rely on them. */
public final class MeterNames {
    /** OpenTelemetry GenAI: whole duration of a request. */
    public static final String REQUEST_DURATION = "gen_ai.server.request.duration";

    /** OpenTelemetry GenAI: time to the first content. */
    public static final String TIME_TO_FIRST_TOKEN = "gen_ai.server.time_to_first_token";

    /** OpenTelemetry GenAI: mean time per output token after the first. */
    public static final String TIME_PER_OUTPUT_TOKEN = "gen_ai.server.time_per_output_token";

    /** OpenTelemetry GenAI: tokens by type. */
    public static final String TOKEN_USAGE = "gen_ai.client.token.usage";

    /** Attempts by provider, reason, outcome. */
    public static final String ATTEMPTS = "hedgerow.attempts";

    /** Hedges started, by model. */
    public static final String HEDGE_LAUNCHED = "hedgerow.hedge.launched";

    /** Hedges that won, by model. */
    public static final String HEDGE_WON = "hedgerow.hedge.won";

    /** Hedges that were wanted and not allowed, by model. */
    public static final String HEDGE_DENIED = "hedgerow.hedge.denied";

    /** Time to first content that winning hedges saved, by model: known, or estimated on the low side. */
    public static final String HEDGE_SAVED = "hedgerow.hedge.saved.seconds";

    /** Live leases by provider. */
    public static final String SLOTS_IN_USE = "hedgerow.slots.in_use";

    /** The limit by provider. */
    public static final String SLOTS_LIMIT = "hedgerow.slots.limit";

    /** Leases granted. */
    public static final String SLOTS_ACQUIRED = "hedgerow.slots.acquired";

    /** Leases released. */
    public static final String SLOTS_RELEASED = "hedgerow.slots.released";

    /** Leases that ended by their time. */
    public static final String SLOTS_EXPIRED = "hedgerow.slots.expired";

    /** Releases that the store did not confirm at first. */
    public static final String SLOTS_RELEASE_FAILED = "hedgerow.slots.release_failed";

    /** Grants over the limit or without the store's word, by the stated exceptions. */
    public static final String SLOTS_OVER_LIMIT = "hedgerow.slots.over_limit";

    /** Leases acquired less those released, expired and in use, by provider. */
    public static final String SLOTS_LEAKED = "hedgerow.slots.leaked";

    /** Leases held for longer than their attempt can take, by provider. */
    public static final String SLOTS_OVERAGED = "hedgerow.slots.overaged";

    /** Distinct sessions with a live lease, by provider. */
    public static final String SESSIONS_IN_USE = "hedgerow.sessions.in_use";

    /** The limit of distinct sessions by provider. */
    public static final String SESSIONS_LIMIT = "hedgerow.sessions.limit";

    /** Requests that wait for a slot on this node, by provider. */
    public static final String QUEUE_WAITING = "hedgerow.queue.waiting";

    /** How long requests waited for a slot, by what came of it. */
    public static final String QUEUE_WAIT = "hedgerow.queue.wait.seconds";

    /** Share of the requests with a session or prefix that went to the provider that it is bound to. */
    public static final String AFFINITY_HIT_RATE = "routing.affinity_hit_rate";

    /** Bindings that could not be followed: their provider was gone, unwell or full. */
    public static final String AFFINITY_STALE = "routing.affinity_stale_count";

    /** Requests admitted without the store's word, within this node's share. */
    public static final String ADMISSION_OVER_LIMIT = "hedgerow.admission.over_limit";

    /** Absurd token counts that were cut down before they were charged, by provider. */
    public static final String USAGE_CLAMPED = "hedgerow.usage.clamped";

    /** Streams that outgrew their hold, by what came of it: extended, continued, stopped. */
    public static final String HOLD_OVERRUNS = "hedgerow.admission.overruns";

    /** Requests that found a balance being fetched by somebody else. */
    public static final String CACHE_WARM_RACES = "cache.warm_race_count";

    /** Exchanges that are open. */
    public static final String STREAMS_ACTIVE = "hedgerow.streams.active";

    /** The gateway's own share of the time to first token. */
    public static final String OVERHEAD = "hedgerow.overhead.seconds";

    /** 0 closed, 1 half open, 2 open, by provider. */
    public static final String BREAKER_STATE = "hedgerow.breaker.state";

    /** Settlements in the journal that PostgreSQL does not have yet. */
    public static final String JOURNAL_DEPTH = "hedgerow.billing.journal.depth";

    /** From append to synced. */
    public static final String BILLING_COMMIT = "hedgerow.billing.commit.seconds";

    /** Settlements that no table took, kept for a person to look at. */
    public static final String QUARANTINED = "hedgerow.billing.quarantined";

    /** Settlements that are kept there, of all nodes. */
    public static final String QUARANTINE_WAITING = "hedgerow.billing.quarantine.waiting";

    /** Age of the oldest unpublished outbox row. */
    public static final String OUTBOX_LAG = "hedgerow.outbox.lag.seconds";

    /** By how much Redis's settled balances and budgets differed from PostgreSQL's when they were last compared, in USD. */
    public static final String REDIS_DB_DIFF = "quota.redis_db_diff";

    /** From a balance's change in PostgreSQL to Redis's confirmation, in milliseconds. */
    public static final String SYNC_LAG = "quota.sync_lag_ms";

    /** Copies of balances that the drift repair wrote anew, by what was wrong: missing, behind, ahead. */
    public static final String MIRROR_REPAIRS = "hedgerow.quota.repairs";

    /** Age of the oldest event that a consumer does not have yet: the stream, the webhooks' queues, each endpoint. */
    public static final String EVENTS_LAG = "hedgerow.events.lag.seconds";

    /** Tries to deliver an event, by endpoint and result: delivered, failed, dead. */
    public static final String WEBHOOK_DELIVERIES = "hedgerow.webhook.deliveries";

    /** Events that were given up and are kept, by endpoint. */
    public static final String WEBHOOK_DEAD = "hedgerow.webhook.dead_letters";

    /** Price lists in force that were got before, because their URL did not answer the last time. */
    public static final String PRICES_STALE = "hedgerow.prices.stale";

    /** Configuration reloads by result. */
    public static final String CONFIG_RELOADS = "hedgerow.config.reloads";

    /** Settlement transactions rolled back. */
    public static final String TRANSACTION_ROLLBACKS = "billing.transaction_rollback_count";

    /** Usage records made for requests whose node died. */
    public static final String ORPHANS = "billing.orphan_usage_record_count";

    /** Keys looked up in the database's directory, by result. */
    public static final String KEY_LOOKUPS = "hedgerow.key.lookups";

    /** Requests refused before admission, by reason. */
    public static final String REFUSED = "hedgerow.refused";

    /** Commands for sessions' bindings that the store did not answer, by command. */
    public static final String AFFINITY_FAILED = "hedgerow.redis.affinity.failed";

    /** Look-ups in the present key scheme, by kind of keys. */
    public static final String SCHEME_READS = "hedgerow.redis.scheme.reads";

    /** Look-ups in the key scheme before. */
    public static final String SCHEME_LEGACY_READS = "hedgerow.redis.scheme.legacy.reads";

    /** Look-ups that the key scheme before decided. */
    public static final String SCHEME_LEGACY_HITS = "hedgerow.redis.scheme.legacy.hits";

    /** Writes in the key scheme before. */
    public static final String SCHEME_DUAL_WRITES = "hedgerow.redis.scheme.dual.writes";

    private MeterNames() {}
}
