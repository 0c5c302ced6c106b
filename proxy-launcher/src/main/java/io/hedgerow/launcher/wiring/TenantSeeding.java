package io.hedgerow.launcher.wiring;

import io.hedgerow.billing.Billing;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.port.KeyTerms;
import io.hedgerow.core.port.TenantSeed;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the configuration's tenants and keys into the database. */
final class TenantSeeding {
    private static final Logger log = LoggerFactory.getLogger(TenantSeeding.class);
    private static final long PATIENCE_SECONDS = 5;

    private final Billing billing;

    TenantSeeding(Billing billing) {
        this.billing = billing;
    }

    /** Returns when they are written, or with the database away at once: they are written when it comes. */
    void apply(GatewayConfig config) {
        List<TenantSeed> seeds =
                config.tenants().stream().map(TenantSeeding::seed).toList();
        var written = billing.seedTenants(seeds).toCompletableFuture();
        if (!billing.databaseUp()) {
            log.atWarn().log("the database is away; tenants are written when it comes");
            return;
        }
        try {
            written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            log.atWarn().log("the database is slow; tenants are written later");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the database refused the configuration's tenants: " + e.getCause(), e);
        }
    }

    private static TenantSeed seed(TenantConfig tenant) {
        return new TenantSeed(
                tenant.id(),
                tenant.balanceNanoUsd(),
                tenant.maxConcurrency(),
                tenant.budgets(),
                tenant.keys().stream()
                        .map(key -> new TenantSeed.KeySeed(key.id(), key.secretSha256(), terms(key)))
                        .toList(),
                tenant.creditLimitNanoUsd());
    }

    private static KeyTerms terms(TenantConfig.KeyConfig key) {
        return new KeyTerms(
                key.maxConcurrency(), key.requestsPerMinute(), key.tokensPerMinute(), key.budgets(), key.models());
    }
}
