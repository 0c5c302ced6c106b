package io.hedgerow.launcher.wiring;

import java.util.concurrent.TimeUnit;

/**
 * When a store that has ended is started again: at once if it has served for a while, otherwise at growing intervals, so
 * that one that cannot live does not keep the machine busy. It has no clock of its own; one thread uses it.
 */
final class StartPauses {
    static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** A store that lives so long may be started each time it ends: service managers bear five starts in ten seconds. */
    static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int MOST_DOUBLINGS = 7;

    private long triedNanos;
    private boolean serving = true;
    private int failures;

    /** @param nowNanos since when the store serves, at least */
    StartPauses(long nowNanos) {
        triedNanos = nowNanos;
    }

    /** It was seen to have ended; whether it is time to start it. */
    boolean due(long nowNanos) {
        long since = nowNanos - triedNanos;
        if (serving) {
            serving = false;
            failures = since >= STEADY_NANOS ? 0 : failures + 1;
        }
        return failures == 0 || since >= FIRST_NANOS << Math.min(failures - 1, MOST_DOUBLINGS);
    }

    /** A try to start it is over. */
    void tried(boolean started, long nowNanos) {
        triedNanos = nowNanos;
        serving = started;
        failures += started ? 0 : 1;
    }
}
