package io.hedgerow.launcher.demo;

import io.hedgerow.core.port.NanoUsd;
import java.util.Locale;
import java.util.stream.Collectors;

/** The demonstration's outcome for somebody who sees it for the first time. */
final class DemoTable {
    private DemoTable() {}

    static String render(DemoRun without, DemoRun with, DemoBill bill, long requests) {
        StringBuilder text = new StringBuilder();
        row(text, "", "hedging off", "hedging on");
        row(text, "answers that came whole", answers(without), answers(with));
        row(text, "time to first token: half are faster than", millis(without, 50), millis(with, 50));
        row(text, "time to first token: 99 of 100 are", millis(without, 99), millis(with, 99));
        row(text, "second requests sent (hedges)", hedges(without), hedges(with));
        row(text, "hedges that answered first", "-", Long.toString(with.won()));
        row(
                text,
                "waiting that they saved, at a low estimate",
                "-",
                String.format(Locale.ROOT, "%.1f s", with.savedSeconds()));
        text.append('\n');
        text.append("  slots in use   ")
                .append(bill.slots().entrySet().stream()
                        .map(slot -> slot.getKey() + " " + slot.getValue().inUse())
                        .collect(Collectors.joining(", ")))
                .append('\n');
        text.append("  the bill       ")
                .append(bill.records() + " records for " + requests + " requests, together "
                        + NanoUsd.format(bill.costNanoUsd()) + " USD\n");
        Long redis = bill.redisNanoUsd();
        text.append("  the balance    ")
                .append(NanoUsd.format(DemoWorld.OPENING_NANO_USD) + " USD before, "
                        + NanoUsd.format(bill.balanceNanoUsd()) + " USD now in PostgreSQL, "
                        + (redis == null ? "none" : NanoUsd.format(redis) + " USD") + " in Redis\n");
        text.append('\n')
                .append("  ")
                .append(verdict(without, with, bill, requests))
                .append('\n');
        return text.toString();
    }

    private static String verdict(DemoRun without, DemoRun with, DemoBill bill, long requests) {
        if (!bill.adds(requests)) {
            return "This does not add up: please report it.";
        }
        if (with.won() == 0) {
            return "Every cent is accounted for. No request was slow enough to be hedged; --requests makes more of them.";
        }
        return String.format(
                Locale.ROOT,
                "The slowest answers came %.1f times sooner for %.1f %% more requests, and every cent is accounted for.",
                without.ttftMillis(99) / with.ttftMillis(99),
                100.0 * with.hedges() / with.started());
    }

    private static void row(StringBuilder text, String name, String off, String on) {
        text.append(String.format(Locale.ROOT, "  %-42s %14s %14s%n", name, off, on));
    }

    private static String answers(DemoRun run) {
        return run.completed() + " of " + run.started();
    }

    private static String millis(DemoRun run, double percentile) {
        return String.format(Locale.ROOT, "%.0f ms", run.ttftMillis(percentile));
    }

    private static String hedges(DemoRun run) {
        return String.format(Locale.ROOT, "%d (%.1f %%)", run.hedges(), 100.0 * run.hedges() / run.started());
    }
}
