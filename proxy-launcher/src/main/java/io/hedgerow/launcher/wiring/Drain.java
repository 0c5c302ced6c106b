package io.hedgerow.launcher.wiring;

import io.hedgerow.core.Gateway;
import io.hedgerow.core.config.GatewayConfig;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a gateway's service: it accepts nothing more, and its open streams end. Thread-safe. */
final class Drain {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    /** The gateway cuts off what is left when its patience ends; that takes a moment. */
    private static final long SLACK_SECONDS = 15;

    private final Gateway gateway;
    private final Supplier<GatewayConfig> config;
    private volatile boolean begun;
    private volatile @Nullable CompletionStage<Void> idle;

    Drain(Gateway gateway, Supplier<GatewayConfig> config) {
        this.gateway = gateway;
        this.config = config;
    }

    /** Begins, at the first call; answers how many exchanges are open. Returns at once. */
    synchronized int begin() {
        if (!begun) {
            // Said before it is done: nobody should be sent here who is then refused.
            begun = true;
            Duration patience = config.get().limits().drainTimeout();
            log.atInfo()
                    .addKeyValue("open", gateway.active())
                    .addKeyValue("patience_ms", patience.toMillis())
                    .log("draining");
            idle = gateway.drain(patience);
        }
        return gateway.active();
    }

    boolean begun() {
        return begun;
    }

    /** Begins, and waits for as long as the configuration allows. */
    void await() {
        begin();
        CompletionStage<Void> over = idle;
        long seconds = config.get().limits().drainTimeout().toSeconds() + SLACK_SECONDS;
        try {
            if (over != null) {
                over.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().addKeyValue("open", gateway.active()).setCause(e).log("exchanges are left");
        }
    }
}
