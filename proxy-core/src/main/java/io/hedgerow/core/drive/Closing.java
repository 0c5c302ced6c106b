package io.hedgerow.core.drive;

import io.hedgerow.core.exchange.Ending;
import io.hedgerow.core.exchange.ExchangeState;
import io.hedgerow.core.port.UsageRecord;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes after the race: the usage record is made and becomes durable, the hold is settled at its cost, and what was
 * seen enters routing's memory. On the exchange's event loop.
 */
final class Closing {
    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private final Services services;
    private final ExchangeRequest exchange;
    private final Admitting admitting;
    private final AffinityRouting affinity;
    private final Outcome outcome;

    /** Whom the stage tells, and where it runs. */
    interface Outcome {
        EventLoop loop();

        /** The record is with the journal, where what completes it may follow. */
        void recorded();

        /** The record is durable, or could not be made so; the client can be given its end. */
        void settled(boolean durable);
    }

    /** A race that is decided. */
    record Race(Ending ending, ExchangeState state, Attempts attempts, ExchangeTimeline timeline) {}

    Closing(
            Services services,
            ExchangeRequest exchange,
            Admitting admitting,
            AffinityRouting affinity,
            Outcome outcome) {
        this.services = services;
        this.exchange = exchange;
        this.admitting = admitting;
        this.affinity = affinity;
        this.outcome = outcome;
    }

    void settle(Race race) {
        race.timeline().decided();
        Settlement settlement = new Settlement(exchange, race);
        OnLoop.ask(outcome.loop(), () -> settlement.count(services.ports().estimator()), (counted, failure) -> {
            UsageRecord record =
                    admitting.placed(settlement.record(counted != null ? counted : settlement.countRoughly(failure)));
            OnLoop.ask(
                    outcome.loop(),
                    () -> services.ports().journal().settled(record),
                    (none, journalFailure) -> journaled(race, record, journalFailure));
            outcome.recorded();
        });
    }

    private void journaled(Race race, UsageRecord record, @Nullable Throwable failure) {
        race.timeline().settled();
        if (failure != null) {
            log.atError()
                    .addKeyValue("request", exchange.id())
                    .setCause(failure)
                    .log("usage could not be made durable");
            admitting.cancelHold();
        } else {
            admitting.settleHold(record);
            services.observer().settled(record, race.timeline());
        }
        Attempts attempts = race.attempts();
        affinity.decided(race.ending(), attempts);
        attempts.forEach(attempt -> services.router().attemptSeen(exchange.model(), exchange.facts(), attempt));
        outcome.settled(failure == null);
        HedgeGain.note(services, exchange, attempts);
    }
}
