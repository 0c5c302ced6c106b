package io.hedgerow.launcher.yaml;

import io.hedgerow.core.port.NanoUsd;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parsers for numbers, words and amounts. */
public final class Scalars {
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB|KB|MB|GB)?");
    private static final Map<String, Long> BYTE_UNITS = Map.of(
            "B",
            1L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "KB",
            1000L,
            "MB",
            1000_000L,
            "GB",
            1000_000_000L);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}");
    private static final BigDecimal MAX_USD = new BigDecimal("9000000000");

    private Scalars() {}

    /** A whole number within bounds, both included. */
    public static ValueParser<Integer> wholeNumber(int min, int max) {
        return text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                if (!text.matches("-?[0-9]+")) {
                    throw new InvalidValueException("is not a whole number");
                }
            }
            throw new InvalidValueException("is out of bounds: from " + min + " to " + max);
        };
    }

    /** A share: {@code 10%} or {@code 0.1}, from 0 to 1. */
    public static ValueParser<Double> share() {
        return text -> {
            boolean percent = text.endsWith("%");
            BigDecimal number = number(percent ? text.substring(0, text.length() - 1) : text, "a share such as 10%");
            BigDecimal share = percent ? number.movePointLeft(2) : number;
            if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
                throw new InvalidValueException(
                        "is out of bounds: from 0% to 100%", percent || share.signum() < 0 ? null : text + "%");
            }
            return share.doubleValue();
        };
    }

    /** USD per million tokens. */
    public static ValueParser<BigDecimal> price() {
        return text -> usd(text, 12);
    }

    /** An amount in USD, as nano-USD. */
    public static ValueParser<Long> nanoUsd() {
        return text -> NanoUsd.of(usd(text, 9));
    }

    /** A decimal without exponent and needless zeros. */
    public static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static BigDecimal usd(String text, int maxScale) throws InvalidValueException {
        BigDecimal amount = number(text, "an amount in USD such as 0.25");
        if (amount.signum() < 0 || amount.compareTo(MAX_USD) > 0) {
            throw new InvalidValueException("is out of bounds: from 0 to " + MAX_USD + " USD");
        }
        if (amount.stripTrailingZeros().scale() > maxScale) {
            throw new InvalidValueException("has more than " + maxScale + " decimals");
        }
        return amount;
    }

    private static BigDecimal number(String text, String what) throws InvalidValueException {
        if (!DECIMAL.matcher(text).matches()) {
            throw new InvalidValueException("is not " + what);
        }
        return new BigDecimal(text);
    }

    /** An amount of memory within bounds: {@code 65536}, {@code 64KiB}, {@code 16MiB}. */
    public static ValueParser<Integer> bytes(int min, int max) {
        return text -> {
            Matcher matcher = BYTES.matcher(text);
            if (!matcher.matches()) {
                throw new InvalidValueException("is not a size such as 64KiB, 16MiB or 65536");
            }
            String unit = matcher.group(2) == null ? "B" : matcher.group(2);
            BigDecimal size = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitBytes(unit)));
            if (size.compareTo(BigDecimal.valueOf(min)) < 0 || size.compareTo(BigDecimal.valueOf(max)) > 0) {
                throw new InvalidValueException("is out of bounds: from " + min + " to " + max + " bytes");
            }
            return size.intValueExact();
        };
    }

    private static long unitBytes(String unit) {
        return BYTE_UNITS.getOrDefault(unit, 1L);
    }

    /** {@code true} or {@code false}. */
    public static ValueParser<Boolean> flag() {
        return text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            case "yes", "on" -> throw new InvalidValueException("is neither true nor false", "true");
            case "no", "off" -> throw new InvalidValueException("is neither true nor false", "false");
            default -> throw new InvalidValueException("is neither true nor false");
        };
    }

    /** One of several words. */
    public static <T> ValueParser<T> choice(Map<String, T> choices) {
        return text -> {
            T chosen = choices.get(text);
            if (chosen == null) {
                throw new InvalidValueException(
                        "is not one of " + String.join(", ", choices.keySet()), Nearest.to(text, choices.keySet()));
            }
            return chosen;
        };
    }

    /** A name: letters, digits and {@code . _ : / @ + -}, at most 128 of them. */
    public static ValueParser<String> id() {
        return text -> {
            if (!ID.matcher(text).matches()) {
                throw new InvalidValueException(
                        "is not an id: letters, digits and . _ : / @ + - only, at most 128, a letter or digit first");
            }
            return text;
        };
    }

    /** Any text that is not blank. */
    public static ValueParser<String> text() {
        return text -> {
            if (text.isBlank()) {
                throw new InvalidValueException("is empty");
            }
            return text;
        };
    }
}
