package io.hedgerow.billing.month;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A month (UTC) of usage. Request ids begin with their second, {@code yyyyMMddHHmmss}, so that the ids of a month lie
 * between two texts.
 */
record Month(YearMonth value) {
    private static final DateTimeFormatter DIGITS = DateTimeFormatter.ofPattern("uuuuMM");
    private static final Pattern TABLE = Pattern.compile("usage_records_(\\d{4})_(\\d{2})");

    static Month of(Instant moment) {
        return new Month(YearMonth.from(moment.atZone(ZoneOffset.UTC)));
    }

    /** The month that a table of usage records holds; empty for the one that holds everything else. */
    static Optional<Month> ofTable(String table) {
        Matcher name = TABLE.matcher(table);
        return name.matches()
                ? Optional.of(new Month(YearMonth.of(Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2)))))
                : Optional.empty();
    }

    Month next() {
        return new Month(value.plusMonths(1));
    }

    /** The month's part of a table. */
    String table(String parent) {
        return String.format("%s_%04d_%02d", parent, value.getYear(), value.getMonthValue());
    }

    /** Ids of this month are this or greater, in the order of bytes. */
    String firstId() {
        return DIGITS.format(value);
    }

    /** Ids of this month are less. */
    String endId() {
        return next().firstId();
    }

    long endMicros() {
        return next().value.atDay(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() * 1_000_000;
    }
}
