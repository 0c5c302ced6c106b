package io.hedgerow.core.drive;

import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.port.ApiKey;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.KeyTerms;
import java.util.ArrayList;
import java.util.List;

/** Who asks: a key and the tenant that pays for it. */
record Caller(TenantConfig tenant, TenantConfig.KeyConfig key) {
    /** A key of the database; a tenant that the configuration knows too is the configuration's. */
    static Caller of(ApiKey key, ConfigView view) {
        TenantConfig configured = view.tenant(key.tenant().id());
        TenantConfig tenant = configured != null
                ? configured
                : new TenantConfig(
                        key.tenant().id(),
                        key.tenant().prepaid() ? Long.valueOf(0) : null,
                        key.tenant().maxConcurrency(),
                        key.tenant().budgets(),
                        List.of(),
                        key.tenant().creditLimitNanoUsd());
        KeyTerms terms = key.terms();
        return new Caller(
                tenant,
                new TenantConfig.KeyConfig(
                        key.id(),
                        "",
                        terms.maxConcurrency(),
                        terms.requestsPerMinute(),
                        terms.tokensPerMinute(),
                        terms.budgets(),
                        terms.models()));
    }

    boolean mayUse(String model) {
        return key.models().isEmpty() || key.models().contains(model);
    }

    /** The tenant's and the key's. */
    List<BudgetLimit> budgets() {
        if (key.budgets().isEmpty() || tenant.budgets().isEmpty()) {
            return key.budgets().isEmpty() ? tenant.budgets() : key.budgets();
        }
        List<BudgetLimit> both = new ArrayList<>(tenant.budgets());
        both.addAll(key.budgets());
        return both;
    }
}
