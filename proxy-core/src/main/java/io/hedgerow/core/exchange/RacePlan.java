package io.hedgerow.core.exchange;

/**
 * What one exchange may do to get an answer; fixed at its start.
 *
 * @param candidates providers that may be tried, in order; each at most once
 * @param maxAttempts attempts that may be sent, failovers included, hedges not
 * @param maxRacing attempts that may race at once, the first one included; 1 means no hedging
 * @param waits whether the exchange may wait for a slot when no candidate has one
 */
public record RacePlan(int candidates, int maxAttempts, int maxRacing, boolean waits) {
    /** Most providers that one request may ask. */
    public static final int MAX_CANDIDATES = 16;

    /** Checks the bounds. */
    public RacePlan {
        if (candidates < 0 || candidates > MAX_CANDIDATES || maxAttempts < 1 || maxRacing < 1) {
            throw new IllegalArgumentException("candidates " + candidates + ", maxAttempts " + maxAttempts
                    + ", maxRacing " + maxRacing + " are out of bounds");
        }
    }
}
