package io.hedgerow.testkit.bench;

import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.AbstractHistogram;

/** What a benchmark found, line by line, for who started it: the logs of tests are for their failures. */
public final class BenchReport {
    private final PrintStream out;

    private BenchReport(PrintStream out) {
        this.out = out;
    }

    /** On standard output. */
    public static BenchReport toStandardOutput() {
        return new BenchReport(System.out);
    }

    /** A line in the manner of {@link String#format}, with points in numbers everywhere. */
    public BenchReport line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        return this;
    }

    /** A line of percentiles in milliseconds. */
    public BenchReport percentiles(String what, AbstractHistogram nanos) {
        return line(
                "%s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms",
                what,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6);
    }
}
