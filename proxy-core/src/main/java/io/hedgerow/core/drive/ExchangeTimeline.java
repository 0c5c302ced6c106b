package io.hedgerow.core.drive;

/** When an exchange passed its stages, in {@link System#nanoTime()}; 0 where it has not. On its event loop. */
final class ExchangeTimeline {
    private final long receivedNanos;
    private long admittedNanos;
    private long dispatchedNanos;
    private long committedNanos;
    private long decidedNanos;
    private long settledNanos;
    private long providerShareNanos;
    private long waitedNanos;
    private boolean headSent;

    ExchangeTimeline(long receivedNanos) {
        this.receivedNanos = receivedNanos;
    }

    void admitted() {
        admittedNanos = System.nanoTime();
    }

    /** It stood in a queue for so long: neither the provider's share nor the gateway's own. */
    void waited(long nanos) {
        waitedNanos = nanos;
    }

    /** The client was sent the head of a stream while it waited. */
    void sentHead() {
        headSent = true;
    }

    boolean headSent() {
        return headSent;
    }

    void dispatched() {
        if (dispatchedNanos == 0) {
            dispatchedNanos = System.nanoTime();
        }
    }

    /** This attempt has won. */
    void committed(AttemptTimeline winner) {
        committedNanos = System.nanoTime();
        providerShareNanos = winner.ttftNanos();
    }

    void decided() {
        decidedNanos = System.nanoTime();
    }

    void settled() {
        settledNanos = System.nanoTime();
    }

    /** From the request's last byte to the first content; -1 without content. */
    long ttftNanos() {
        return committedNanos == 0 ? -1 : committedNanos - receivedNanos;
    }

    /** The part of the time to first content that neither the provider nor a queue had a share in; -1 without content. */
    long overheadNanos() {
        return committedNanos == 0 ? -1 : Math.max(0, ttftNanos() - providerShareNanos - waitedNanos);
    }

    /** From the request's last byte to the decided end. */
    long durationNanos() {
        return (decidedNanos == 0 ? System.nanoTime() : decidedNanos) - receivedNanos;
    }

    /** How long admission took, its journal entry included. */
    long admissionNanos() {
        return admittedNanos == 0 ? -1 : admittedNanos - receivedNanos;
    }

    /** From admission to the first dispatch: mostly the slot; -1 without a dispatch. */
    long reserveNanos() {
        return dispatchedNanos == 0 ? -1 : dispatchedNanos - admittedNanos;
    }

    /** How long the end waited for the journal. */
    long settleNanos() {
        return settledNanos == 0 ? -1 : settledNanos - decidedNanos;
    }
}
