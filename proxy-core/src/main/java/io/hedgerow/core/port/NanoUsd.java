package io.hedgerow.core.port;

import java.math.BigDecimal;

/** Amounts of money as decimals in USD and as whole nano-USD. Exact both ways. */
public final class NanoUsd {
    /** Nano-USD in one USD. */
    public static final long PER_USD = 1_000_000_000L;

    private static final int DECIMALS = 9;

    private NanoUsd() {}

    /**
     * The amount of so many USD.
     *
     * @throws ArithmeticException for more than nine decimals, and for amounts that a long cannot hold
     */
    public static long of(BigDecimal usd) {
        return usd.movePointRight(DECIMALS).longValueExact();
    }

    /** The amount in USD. */
    public static BigDecimal usd(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, DECIMALS);
    }

    /** Writes the amount without trailing zeros: {@code 99.5}, {@code 100}, {@code -0.000000001}. */
    public static String format(long nanoUsd) {
        return nanoUsd == 0 ? "0" : usd(nanoUsd).stripTrailingZeros().toPlainString();
    }
}
