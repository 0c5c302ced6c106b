package io.hedgerow.launcher.config;

import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.launcher.price.PriceListException;
import io.hedgerow.launcher.price.PriceSource;
import io.hedgerow.launcher.yaml.Certificates;
import io.hedgerow.launcher.yaml.Durations;
import io.hedgerow.launcher.yaml.InvalidValueException;
import io.hedgerow.launcher.yaml.Scalars;
import io.hedgerow.launcher.yaml.Section;
import io.hedgerow.launcher.yaml.Urls;
import io.hedgerow.launcher.yaml.Value;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code prices}: one list or several, each from a file or a URL. Blocks while they are got. */
final class PriceListsReader {
    private static final Duration SHORTEST_REFRESH = Duration.ofMinutes(1);
    private static final Path NO_FILE = Path.of("");
    private static final Duration LONGEST_REFRESH = Duration.ofDays(365);

    private final @Nullable PriceSource source;
    private final Path directory;
    private final List<PriceLists.Dated> lists = new ArrayList<>();
    private @Nullable Duration refresh;
    private boolean failed;

    /**
     * @param source null to leave the lists alone
     * @param directory what files are relative to
     */
    PriceListsReader(@Nullable PriceSource source, Path directory) {
        this.source = source;
        this.directory = directory;
    }

    PriceLists read(Section root) {
        Value prices = root.find("prices");
        if (prices == null) {
            return source == null ? PriceLists.UNREAD : PriceLists.NONE;
        }
        if (prices.isScalar()) {
            load(prices, null, PriceHistory.ALWAYS);
        } else if (prices.isList()) {
            prices.items().forEach(item -> list(item.section()));
        } else {
            list(prices.section());
        }
        // Where a list is missing, that is the mistake, and not every model that it would have priced.
        return source == null || failed ? PriceLists.UNREAD : new PriceLists(lists, true);
    }

    /** How often all lists are to be got anew; null for never. */
    @Nullable
    Duration refresh() {
        return refresh;
    }

    /** How many lists are not the present ones, because their URLs did not answer. */
    int stale() {
        return (int) lists.stream().filter(dated -> dated.list().stale()).count();
    }

    private void list(Section section) {
        Value from = section.find("from");
        long fromMicros =
                from == null ? PriceHistory.ALWAYS : from.read(PriceListsReader::instant, (Long) PriceHistory.ALWAYS);
        Value every = section.find("refresh");
        if (every != null) {
            Duration given = every.read(Durations.between(SHORTEST_REFRESH, LONGEST_REFRESH), LONGEST_REFRESH);
            refresh = refresh == null || given.compareTo(refresh) < 0 ? given : refresh;
        }
        Value location = section.find("import");
        if (location == null) {
            section.missing("import");
        } else {
            Path caFile = ca(section, location);
            if (NO_FILE.equals(caFile)) {
                failed = true;
            } else {
                load(location, caFile, fromMicros);
            }
        }
        section.finish();
        for (int i = 0; i < lists.size() - 1; i++) {
            if (lists.get(i).fromMicros() == fromMicros) {
                section.self().reject("another list counts from the same instant; give each one a \"from\"");
            }
        }
    }

    /** Null if none is named, {@link #NO_FILE} if it is a mistake. */
    private @Nullable Path ca(Section section, Value location) {
        Value value = section.find("ca_file");
        if (value == null) {
            return null;
        }
        if (!location.peek(PriceListsReader::location, "").regionMatches(true, 0, "https:", 0, "https:".length())) {
            value.warn("is of no use: import does not begin with https");
        }
        return value.read(Certificates.file(directory), NO_FILE);
    }

    private void load(Value value, @Nullable Path caFile, long fromMicros) {
        String location = value.read(PriceListsReader::location, "");
        if (location.isEmpty() || source == null) {
            return;
        }
        try {
            lists.add(new PriceLists.Dated(
                    fromMicros,
                    source.get(location, caFile, directory, warning -> value.warn(location + " " + warning))));
        } catch (PriceListException e) {
            failed = true;
            value.reject(location + " " + e.getMessage());
        }
    }

    private static String location(String text) throws InvalidValueException {
        if (PriceSource.isUrl(text)) {
            return Urls.http().parse(text).toString();
        }
        if (text.contains("://")) {
            throw new InvalidValueException("is neither a file nor an http or https URL");
        }
        return Scalars.text().parse(text);
    }

    /** An instant, or the beginning of a day in UTC, in microseconds since the epoch. */
    static Long instant(String text) throws InvalidValueException {
        try {
            Instant instant = text.length() == "2026-01-31".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidValueException("is not a day such as 2026-01-31 or a time such as 2026-01-31T08:00:00Z");
        }
    }
}
