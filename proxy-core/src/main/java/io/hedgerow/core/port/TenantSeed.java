package io.hedgerow.core.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant of the configuration, upserted at start and on reload; an existing balance is never overwritten.
 *
 * @param balanceNanoUsd the first balance; null for a tenant that is billed afterwards
 * @param budgets kept beside the configuration: they hold for keys made at run time when the tenant has left it
 */
public record TenantSeed(String id, @Nullable Long balanceNanoUsd, List<BudgetLimit> budgets, List<KeySeed> keys) {
    /** Copies the lists. */
    public TenantSeed {
        budgets = List.copyOf(budgets);
        keys = List.copyOf(keys);
    }

    /** A key: its id, the SHA-256 of its secret in lower-case hex, and its limits. The secret itself is not kept. */
    public record KeySeed(String id, String secretSha256, KeyTerms terms) {}
}
