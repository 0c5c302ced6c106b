package io.hedgerow.core.config;

import io.hedgerow.core.port.BudgetLimit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tenant and its keys.
 *
 * @param balanceNanoUsd the first balance; null for a tenant that is billed afterwards
 * @param maxConcurrency requests of all keys together open at once; 0 means unlimited
 * @param budgets what all keys together may spend
 * @param creditLimitNanoUsd how far below zero the balance may be spent; not negative
 */
public record TenantConfig(
        String id,
        @Nullable Long balanceNanoUsd,
        int maxConcurrency,
        List<BudgetLimit> budgets,
        List<KeyConfig> keys,
        long creditLimitNanoUsd) {
    /** Copies the lists. */
    public TenantConfig {
        budgets = List.copyOf(budgets);
        keys = List.copyOf(keys);
    }

    /**
     * An API key.
     *
     * @param secretSha256 SHA-256 of the secret in lower-case hex; the secret itself is dropped on reading
     * @param maxConcurrency requests open at once; 0 means unlimited
     * @param requestsPerMinute 0 means unlimited
     * @param tokensPerMinute 0 means unlimited
     * @param budgets what the key may spend
     * @param models the models it may ask for; empty means all
     */
    public record KeyConfig(
            String id,
            String secretSha256,
            int maxConcurrency,
            int requestsPerMinute,
            int tokensPerMinute,
            List<BudgetLimit> budgets,
            Set<String> models) {
        /** Copies the list and the set. */
        public KeyConfig {
            budgets = List.copyOf(budgets);
            models = Set.copyOf(models);
        }
    }
}
