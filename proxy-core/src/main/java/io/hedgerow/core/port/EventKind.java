package io.hedgerow.core.port;

import java.util.Locale;

/** What other systems may be told of. */
public enum EventKind {
    /** Requests were settled, or their usage became better known. */
    USAGE("usage.settled"),
    /** A credit was booked. */
    CREDIT("credit.booked"),
    /** A charge, or a part of one, was given back. */
    REFUND("refund.booked"),
    /** A balance was put right. */
    ADJUSTMENT("adjustment.booked"),
    /** A tenant was made. */
    TENANT("tenant.created");

    private final String type;

    EventKind(String type) {
        this.type = type;
    }

    /** The type that consumers see. */
    public String type() {
        return type;
    }

    /** The word in the configuration and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a word. */
    public static EventKind ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
