package io.hedgerow.billing.store;

import java.util.concurrent.ThreadLocalRandom;

/** Growing pauses between tries, with jitter. One thread's. */
public final class Backoff {
    /**
     * The longest pause of what lies between a settlement and Redis. Two such stages follow each other, and within a second
     * of PostgreSQL's return Redis shall say the same.
     */
    public static final long BRIEFLY_MILLIS = 300;

    private final long firstMillis;
    private final long mostMillis;
    private long nextMillis;

    /** From {@code firstMillis}, doubling, up to {@code mostMillis}. */
    public Backoff(long firstMillis, long mostMillis) {
        this.firstMillis = firstMillis;
        this.mostMillis = mostMillis;
        this.nextMillis = firstMillis;
    }

    /** It worked: start again from the shortest pause. */
    public void reset() {
        nextMillis = firstMillis;
    }

    /** The pause before the next try. */
    public long nextMillis() {
        long pause = nextMillis;
        nextMillis = Math.min(mostMillis, nextMillis * 2);
        return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }
}
