package io.hedgerow.core.port;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sums of usage records. Stages complete exceptionally when the database is away. */
public interface UsageSummaries {
    /** One row per value, the most expensive first; days in their order. */
    CompletionStage<List<Row>> summary(Filter filter);

    /** What one row stands for. The lower-case name is the wire name. */
    enum By {
        /** The tenant that paid. */
        TENANT,
        /** The key that asked. */
        KEY,
        /** The model that was asked for. */
        MODEL,
        /** The provider that answered. */
        PROVIDER,
        /** The day in UTC on which the request came. */
        DAY
    }

    /**
     * Which records; null means any.
     *
     * @param sinceMicros started at or after
     * @param untilMicros started before
     */
    record Filter(
            By by,
            @Nullable String tenantId,
            @Nullable String keyId,
            @Nullable Long sinceMicros,
            @Nullable Long untilMicros) {}

    /**
     * A sum.
     *
     * @param value what the row stands for; null for records without one, such as those of a deleted key
     * @param completed how many of the requests were completed
     * @param costNanoUsd what tenants were charged
     * @param spent what attempts cost at their providers; by provider, at this one, whoever answered
     */
    record Row(
            @Nullable String value, long requests, long completed, TokenUsage tokens, long costNanoUsd, Spent spent) {}

    /**
     * What attempts cost at their providers.
     *
     * @param nanoUsd of all attempts
     * @param losersNanoUsd the part for attempts that were given up in favour of another one
     * @param unknown how many attempts are in it by an estimate
     */
    record Spent(long nanoUsd, long losersNanoUsd, long unknown) {}
}
