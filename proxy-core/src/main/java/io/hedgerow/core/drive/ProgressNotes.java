package io.hedgerow.core.drive;

import io.hedgerow.core.port.LateUsage;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the journal is told of an exchange beside its record: how far it is, and what comes after. On its event loop. */
final class ProgressNotes {
    private static final Logger log = LoggerFactory.getLogger(ProgressNotes.class);

    private final Services services;
    private final ExchangeRequest exchange;
    private final EventLoop loop;
    private final List<AttemptDriver> drainedEarly = new ArrayList<>();
    private @Nullable ScheduledFuture<?> timer;
    private boolean recorded;

    ProgressNotes(Services services, ExchangeRequest exchange, EventLoop loop) {
        this.services = services;
        this.exchange = exchange;
        this.loop = loop;
    }

    /** Notes from time to time what an orphan of this exchange would be charged for, should the node die. */
    void begin(AttemptDriver winner) {
        long every = exchange.view().config().limits().lease().toNanos() / 3;
        timer = loop.scheduleWithFixedDelay(
                () -> services.ports().journal().progress(Settlement.progress(exchange, winner)),
                every,
                every,
                TimeUnit.NANOSECONDS);
    }

    void end() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The record is with the journal: what completes it may follow. */
    void recorded() {
        recorded = true;
        drainedEarly.forEach(this::journal);
        drainedEarly.clear();
    }

    /** The usage of a drained attempt is known. */
    void drained(AttemptDriver attempt) {
        if (recorded) {
            journal(attempt);
        } else {
            drainedEarly.add(attempt);
        }
    }

    private void journal(AttemptDriver attempt) {
        LateUsage late = Settlement.late(exchange, attempt, services.meters());
        if (late != null) {
            services.ports().journal().late(late).whenComplete((none, failure) -> {
                if (failure != null) {
                    log.atWarn()
                            .addKeyValue("request", exchange.id())
                            .setCause(failure)
                            .log("usage of a drained attempt was lost");
                }
            });
        }
    }
}
