package io.hedgerow.core.drive;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes request ids, {@code <second, UTC>-<random process prefix>-<counter>}, and lease ids,
 * {@code <request id>.<attempt>}: unique over nodes and restarts without asking anybody, whatever the clock does. The second
 * comes first so that ids sort by time: records are stored in months by their ids alone, and indexes grow at one end.
 * Thread-safe.
 */
public final class RequestIds {
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withZone(ZoneOffset.UTC);
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int PROCESS_LENGTH = 16;

    private final InstantSource clock;
    private final String process;
    private final AtomicLong counter = new AtomicLong();
    private volatile Prefix prefix;

    /** Draws 80 random bits for the process. */
    public RequestIds(InstantSource clock) {
        this.clock = clock;
        SecureRandom random = new SecureRandom();
        StringBuilder drawn = new StringBuilder(PROCESS_LENGTH);
        for (int i = 0; i < PROCESS_LENGTH; i++) {
            drawn.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        this.process = drawn.toString();
        this.prefix = Prefix.of(0, process);
    }

    /** What all ids of a second have in common: a date is formatted once a second. */
    private record Prefix(long epochSecond, String text) {
        static Prefix of(long epochSecond, String process) {
            return new Prefix(epochSecond, SECOND.format(Instant.ofEpochSecond(epochSecond)) + "-" + process + "-");
        }
    }

    /** A new request's id. */
    public String next() {
        long now = Math.floorDiv(clock.millis(), 1_000L);
        Prefix known = prefix;
        if (known.epochSecond() != now) {
            known = Prefix.of(now, process);
            prefix = known;
        }
        return known.text() + counter.incrementAndGet();
    }

    /** The id of the lease that an attempt holds. */
    public static String lease(String requestId, int attempt) {
        return requestId + "." + attempt;
    }
}
