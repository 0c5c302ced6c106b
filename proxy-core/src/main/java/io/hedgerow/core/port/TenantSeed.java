package io.hedgerow.core.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant of the configuration, upserted at start and on reload; an existing balance is never overwritten.
 *
 * @param balanceNanoUsd the first balance; null for a tenant that is billed afterwards
 * @param maxConcurrency requests of all keys together open at once; 0 means unlimited. Like the budgets it is kept beside the
 *     configuration: both hold for keys made at run time when the tenant has left it
 * @param creditLimitNanoUsd how far below zero the balance may be spent; kept in the same way
 */
public record TenantSeed(
        String id,
        @Nullable Long balanceNanoUsd,
        int maxConcurrency,
        List<BudgetLimit> budgets,
        List<KeySeed> keys,
        long creditLimitNanoUsd) {
    /** Copies the lists. */
    public TenantSeed {
        budgets = List.copyOf(budgets);
        keys = List.copyOf(keys);
    }

    /** A key: its id, the SHA-256 of its secret in lower-case hex, and its limits. The secret itself is not kept. */
    public record KeySeed(String id, String secretSha256, KeyTerms terms) {}
}
