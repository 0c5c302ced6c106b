package io.hedgerow.core.drive;

import io.hedgerow.core.exchange.Ending;
import io.hedgerow.core.port.AttemptRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of one exchange in the order in which they were made, and which of them has won. On its event loop. */
final class Attempts implements Iterable<AttemptDriver> {
    private final List<AttemptDriver> made = new ArrayList<>(2);
    private @Nullable AttemptDriver winner;

    /** The number of the next one; the first is 1. */
    int nextNumber() {
        return made.size() + 1;
    }

    void add(AttemptDriver attempt) {
        made.add(attempt);
    }

    AttemptDriver get(int n) {
        return made.get(n - 1);
    }

    void won(AttemptDriver attempt) {
        winner = attempt;
    }

    /** Whose bytes the client sees; null before one has won. */
    @Nullable
    AttemptDriver winner() {
        return winner;
    }

    /** By which the exchange ended; null if by none of them. */
    @Nullable
    AttemptDriver decider(Ending ending) {
        return ending.attempt() == 0 ? null : get(ending.attempt());
    }

    int sent() {
        int sent = 0;
        for (AttemptDriver attempt : made) {
            sent += attempt.sent() ? 1 : 0;
        }
        return sent;
    }

    /** Whether a hedge was sent. */
    boolean hedged() {
        return made.stream().anyMatch(a -> a.sent() && a.plan().reason() == AttemptRecord.Reason.HEDGE);
    }

    @Override
    public Iterator<AttemptDriver> iterator() {
        return made.iterator();
    }
}
