package io.hedgerow.launcher.wiring;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.BillingSettings;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.transport.EventLoops;
import io.hedgerow.redis.RedisStores;
import io.hedgerow.testkit.stores.DataDirLock;
import io.hedgerow.testkit.stores.EmbeddedStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores of a running gateway: the billing on its database, and Redis. Where no addresses are given, both servers are
 * embedded, and run as long as this.
 *
 * @param embedded whether the servers are this process's own
 */
record OpenStores(boolean embedded, Billing billing, RedisStores redis) {
    private static final Logger log = LoggerFactory.getLogger(OpenStores.class);
    private static final long SCHEMA_SECONDS = 30;

    /**
     * What to open.
     *
     * @param addresses of flags and file together
     * @param lease how long a dead node's places and requests are kept
     * @param stop gives the opening up; null if nobody does
     */
    record Plan(
            ServeSettings settings,
            StoresConfig addresses,
            Duration lease,
            @Nullable StopRequest stop) {}

    /**
     * Opens them and adds to the closers what is open, also when it fails.
     *
     * @throws java.util.concurrent.CancellationException if a stop was asked for
     */
    static OpenStores open(Plan plan, MeterRegistry meters, EventLoops loops, Closers closers) throws IOException {
        EmbeddedStores own = servers(plan, closers);
        StopRequest.check(plan.stop());
        Billing billing = Billing.open(billingSettings(plan, own), meters);
        RedisStores redis = null;
        try {
            if (own != null) {
                awaitSchema(billing, plan.stop());
            }
            StopRequest.check(plan.stop());
            redis = RedisStores.open(
                    StoreAddresses.redis(plan.addresses(), own, plan.settings().nodeId())
                            .lease(plan.lease())
                            .build(),
                    billing.balances(),
                    meters,
                    loops);
        } finally {
            // Closed before Redis, which it tells of balances.
            if (redis != null) {
                closers.add("redis", redis);
            }
            closers.add("billing", billing);
        }
        StopRequest.check(plan.stop());
        return new OpenStores(own != null, billing, redis);
    }

    private static @Nullable EmbeddedStores servers(Plan plan, Closers closers) {
        if (plan.addresses().redisUrl() != null) {
            closers.add("data directory", DataDirLock.acquire(plan.settings().dataDir()));
            return null;
        }
        log.atInfo().addKeyValue("directory", plan.settings().dataDir()).log("starting the embedded stores");
        EmbeddedStores own = EmbeddedStores.start(plan.settings().dataDir());
        closers.add("stores", own);
        closers.add("store keeper", StoreKeeper.start(own));
        if (plan.stop() != null) {
            own.leaveToCaller();
        }
        return own;
    }

    private static BillingSettings billingSettings(Plan plan, @Nullable EmbeddedStores own) {
        StoresConfig addresses = plan.addresses();
        return BillingSettings.of(
                        own != null
                                ? StoreAddresses.database(own)
                                : StoreAddresses.database(addresses, Objects.requireNonNull(addresses.databaseUrl())),
                        plan.settings().dataDir())
                .withNodeId(plan.settings().nodeId())
                .withLease(plan.lease());
    }

    /** The embedded database does run: on a busy machine it only needs longer than the first try. */
    private static void awaitSchema(Billing billing, @Nullable StopRequest stop) {
        CompletableFuture<?> ready = billing.ready().toCompletableFuture();
        CompletableFuture<?> enough = stop == null ? ready : CompletableFuture.anyOf(ready, stop.whenAsked());
        try {
            enough.get(SCHEMA_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("the embedded database is not ready; going on without it");
        }
    }
}
