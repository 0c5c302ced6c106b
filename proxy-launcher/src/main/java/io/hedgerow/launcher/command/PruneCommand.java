package io.hedgerow.launcher.command;

import io.hedgerow.billing.UsageTables;
import io.hedgerow.billing.month.Pruning;
import io.hedgerow.core.port.NanoUsd;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code usage prune}: the end of old records. */
@Command(
        name = "prune",
        description = {
            "Deletes usage records of requests before a day (UTC).",
            "Their attempts go with them. Balances, budgets and the ledger stay as they are. May run beside live gateways, be",
            "stopped at any moment, and be run again."
        },
        mixinStandardHelpOptions = true)
public final class PruneCommand implements Callable<Integer> {
    private static final Duration YOUNGEST = Duration.ofDays(7);

    @Mixin
    private DatabaseFlags database = new DatabaseFlags();

    @Option(
            names = "--before",
            required = true,
            paramLabel = "DAY",
            description = "Such as 2026-06-01; at least 7 days ago.")
    private LocalDate before;

    @Option(names = "--dry-run", description = "Only count.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        LogLevels.quietUnlessAsked(System.getenv());
        Instant moment = before.atStartOfDay(ZoneOffset.UTC).toInstant();
        if (moment.isAfter(Instant.now().minus(YOUNGEST))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--before has to be at least 7 days ago: usage may still arrive for requests of these days");
        }
        long micros = moment.getEpochSecond() * 1_000_000;
        return database.with(settings -> {
            Pruning pruning = UsageTables.pruning(settings);
            PrintWriter out = spec.commandLine().getOut();
            if (dryRun) {
                Pruning.Size size = pruning.size(micros);
                out.println(size.records() + " records, which cost " + NanoUsd.format(size.costNanoUsd())
                        + " USD, would be deleted");
            } else {
                long gone = pruning.run(micros, ignored -> {});
                out.println(gone + " records are deleted");
            }
            out.flush();
            return 0;
        });
    }
}
