package io.hedgerow.core.drive;

import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.routing.TtftStatistics;

/**
 * How much sooner a hedge that won brought the first content than the exchange would have had it without hedges.
 *
 * <p>What the other attempt would have taken is known only where its answer was read on beside the winner's. Where it had
 * failed, another one would have been started at that moment, and is taken to be as quick as the hedge was. Where it was
 * cancelled, its time is unknown; what counts then is by how much the remembered answers that were not there at its age
 * either were later, on average. Those that were cancelled themselves are remembered with their age only, so this errs on
 * the low side; with nothing to go by the gain counts as zero.
 */
final class HedgeGain {
    private HedgeGain() {}

    /** Feeds the meter if a hedge has won. After the client has its end: it is nobody's wait. */
    static void note(Services services, ExchangeRequest exchange, Attempts attempts) {
        AttemptDriver winner = attempts.winner();
        if (winner != null && winner.plan().reason() == AttemptRecord.Reason.HEDGE) {
            TtftStatistics statistics = services.router().statistics(exchange.model());
            services.meters().hedgeSaved(exchange.model().id(), nanos(exchange, winner, attempts, statistics));
        }
    }

    private static long nanos(
            ExchangeRequest exchange, AttemptDriver winner, Attempts attempts, TtftStatistics statistics) {
        long saved = Long.MAX_VALUE;
        long afterFailure = 0;
        AttemptTimeline won = winner.timeline();
        for (AttemptDriver other : attempts) {
            if (!other.sent() || other.plan().reason() == AttemptRecord.Reason.HEDGE) {
                continue;
            }
            AttemptTimeline lost = other.timeline();
            if (lost.hasContent()) {
                saved = Math.min(saved, lost.firstContentNanos() - won.firstContentNanos());
            } else if (other.failure() != null) {
                afterFailure = Math.max(afterFailure, lost.endNanos() - won.sentNanos());
            } else {
                long age = won.firstContentNanos() - lost.sentNanos();
                long later = statistics.laterThan(
                        exchange.facts().stream(), exchange.facts().bodyBytes(), age, System.nanoTime());
                saved = Math.min(saved, later);
            }
        }
        return Math.max(0, saved == Long.MAX_VALUE ? afterFailure : saved);
    }
}
