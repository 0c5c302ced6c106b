package io.hedgerow.core.drive;

/** When an attempt passed its stages, in {@link System#nanoTime()}; 0 where it has not. On its exchange's event loop. */
final class AttemptTimeline {
    private final long startedMicros = Clocks.wallMicros();
    private final long startedNanos = System.nanoTime();
    private long sentNanos;
    private long firstContentNanos;
    private long endedNanos;

    /** Its turn came: a connection is looked for. */
    void sent() {
        sentNanos = System.nanoTime();
    }

    /** Content came; only the first counts. Whether it was the first. */
    boolean content() {
        if (firstContentNanos != 0) {
            return false;
        }
        firstContentNanos = System.nanoTime();
        return true;
    }

    /** Nobody waits for it any more: it failed, is whole, or was given up. */
    void ended() {
        endedNanos = System.nanoTime();
    }

    /** By the wall clock. */
    long startedMicros() {
        return startedMicros;
    }

    boolean hasSent() {
        return sentNanos != 0;
    }

    long sentNanos() {
        return sentNanos;
    }

    boolean hasContent() {
        return firstContentNanos != 0;
    }

    long firstContentNanos() {
        return firstContentNanos;
    }

    /** From its sending to its first content, which there was. */
    long ttftNanos() {
        return firstContentNanos - sentNanos;
    }

    boolean hasEnded() {
        return endedNanos != 0;
    }

    /** The end; now while it runs. */
    long endNanos() {
        return hasEnded() ? endedNanos : System.nanoTime();
    }

    /** From its start to its end, or until now. */
    long durationNanos() {
        return endNanos() - startedNanos;
    }
}
