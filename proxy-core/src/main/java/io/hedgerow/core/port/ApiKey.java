package io.hedgerow.core.port;

import java.util.List;

/** A key in force that is not part of the configuration, with all that a request needs to know of it. */
public record ApiKey(String id, Tenant tenant, KeyTerms terms) {
    /**
     * The tenant that pays for it.
     *
     * @param prepaid whether its balance limits it
     * @param maxConcurrency requests of all its keys together open at once; 0 means unlimited
     * @param budgets how much it may spend within windows
     * @param creditLimitNanoUsd how far below zero its balance may be spent
     */
    public record Tenant(
            String id, boolean prepaid, int maxConcurrency, List<BudgetLimit> budgets, long creditLimitNanoUsd) {
        /** Copies the list. */
        public Tenant {
            budgets = List.copyOf(budgets);
        }
    }
}
