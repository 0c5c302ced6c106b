package io.hedgerow.launcher.command;

import io.hedgerow.billing.reconcile.InvoiceLine;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which column of an export is what. A column that the export does not have is not compared. */
final class InvoiceColumns {
    @Option(
            names = "--date-column",
            paramLabel = "NAME",
            defaultValue = "date",
            description = "A day or a time, by day.")
    private String date;

    @Option(
            names = "--request-column",
            paramLabel = "NAME",
            defaultValue = "request_id",
            description = "The gateway's request id, by request.")
    private String request;

    @Option(names = "--model-column", paramLabel = "NAME", defaultValue = "model", description = "The model.")
    private String model;

    @Option(names = "--input-column", paramLabel = "NAME", defaultValue = "input_tokens", description = "Input tokens.")
    private String input;

    @Option(
            names = "--output-column",
            paramLabel = "NAME",
            defaultValue = "output_tokens",
            description = "Output tokens.")
    private String output;

    @Option(names = "--cost-column", paramLabel = "NAME", defaultValue = "cost", description = "The cost in USD.")
    private String cost;

    /**
     * Where the columns stand; -1 for one that is not there.
     *
     * @param key the day or the request
     */
    record Places(boolean byRequest, int key, int model, int input, int output, int cost) {
        InvoiceLine line(List<String> row) {
            return new InvoiceLine(
                    byRequest ? text(row, key) : day(text(row, key)),
                    model < 0 ? "" : text(row, model),
                    count(row, input),
                    count(row, output),
                    cost < 0 || text(row, cost).isEmpty() ? BigDecimal.ZERO : amount(text(row, cost)));
        }

        private static String text(List<String> row, int place) {
            if (place >= row.size()) {
                throw new IllegalArgumentException("has only " + row.size() + " fields");
            }
            return row.get(place).strip();
        }

        private static long count(List<String> row, int place) {
            String text = place < 0 ? "" : text(row, place);
            try {
                return text.isEmpty() ? 0 : new BigDecimal(text).longValueExact();
            } catch (NumberFormatException | ArithmeticException e) {
                throw new IllegalArgumentException("\"" + text + "\" is no whole number of tokens", e);
            }
        }

        private static BigDecimal amount(String text) {
            try {
                return new BigDecimal(text.startsWith("$") ? text.substring(1) : text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is no amount in USD such as 12.50; commas are not read, they may mean either",
                        e);
            }
        }
    }

    /** Finds them in the export's first row. */
    Places find(List<String> header, boolean byRequest, boolean byModel) {
        int key = place(header, byRequest ? request : date);
        if (key < 0) {
            throw new IllegalArgumentException("the export has no column \"" + (byRequest ? request : date)
                    + "\"; its columns are " + String.join(", ", header));
        }
        int models = byModel ? place(header, model) : -1;
        if (byModel && models < 0) {
            throw new IllegalArgumentException(
                    "the export has no column \"" + model + "\"; name it, or give --no-model");
        }
        return new Places(byRequest, key, models, place(header, input), place(header, output), place(header, cost));
    }

    private static int place(List<String> header, String name) {
        for (int i = 0; i < header.size(); i++) {
            if (header.get(i).strip().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The day in UTC of a day, a time with a zone, or seconds since 1970. */
    static String day(String text) {
        try {
            if (text.matches("[0-9]{9,11}")) {
                return Instant.ofEpochSecond(Long.parseLong(text))
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDate()
                        .toString();
            }
            return text.length() <= "2026-01-31".length()
                    ? LocalDate.parse(text).toString()
                    : OffsetDateTime.parse(text.replace(' ', 'T').toUpperCase(Locale.ROOT))
                            .withOffsetSameInstant(ZoneOffset.UTC)
                            .toLocalDate()
                            .toString();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no day such as 2026-01-31 and no time with a zone", e);
        }
    }

    /** The start of a day, or a time; null stays null. */
    static @Nullable Long micros(@Nullable String text) {
        return text == null
                ? null
                : (Long)
                        (LocalDate.parse(day(text)).atStartOfDay(ZoneOffset.UTC).toEpochSecond() * 1_000_000);
    }
}
