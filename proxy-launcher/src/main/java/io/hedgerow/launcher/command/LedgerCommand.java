package io.hedgerow.launcher.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.billing.Ledger;
import io.hedgerow.billing.ledger.LedgerCheck.Check;
import io.hedgerow.billing.ledger.LedgerCheck.Difference;
import io.hedgerow.billing.ledger.LedgerCheck.Report;
import io.hedgerow.core.port.NanoUsd;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ledger}: works on the double-entry ledger. */
@Command(
        name = "ledger",
        description = "Works on the double-entry ledger in PostgreSQL.",
        mixinStandardHelpOptions = true,
        subcommands = LedgerCommand.Verify.class)
public final class LedgerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the ledger: verify");
    }

    /** {@code ledger verify}. */
    @Command(
            name = "verify",
            description = {
                "Recomputes balances and costs from the ledger, and compares.",
                "Every balance, what every tenant spent and the cost of every usage record are looked at. Changes nothing and may run",
                "beside live gateways. Exit code 1 if anything differs."
            },
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Mixin
        private DatabaseFlags database = new DatabaseFlags();

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            LogLevels.quietUnlessAsked(System.getenv());
            return database.with(settings -> {
                Report report = Ledger.verify(settings);
                PrintWriter out = spec.commandLine().getOut();
                if (json) {
                    out.println(object(report));
                } else {
                    print(report, out);
                }
                out.flush();
                return report.balanced() ? 0 : 1;
            });
        }
    }

    private static void print(Report report, PrintWriter out) {
        out.println(report.entries() + " entries, their sum is " + NanoUsd.format(report.sumNanoUsd()) + " USD");
        for (Check check : report.checks()) {
            out.println(check.name() + ": " + (check.count() == 0 ? "as in the ledger" : check.count() + " differ"));
            for (Difference difference : check.first()) {
                out.println("  " + difference.id() + ": " + NanoUsd.format(difference.recordedNanoUsd()) + " recorded, "
                        + NanoUsd.format(difference.ledgerNanoUsd()) + " in the ledger");
            }
        }
        out.println(report.balanced() ? "the ledger balances" : "THE LEDGER DOES NOT BALANCE");
    }

    private static ObjectNode object(Report report) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("balanced", report.balanced());
        object.put("entries", report.entries());
        object.put("sum", NanoUsd.format(report.sumNanoUsd()));
        ObjectNode checks = object.putObject("checks");
        for (Check check : report.checks()) {
            ObjectNode result = checks.putObject(check.name());
            result.put("differ", check.count());
            ArrayNode first = result.putArray("first");
            for (Difference difference : check.first()) {
                first.addObject()
                        .put("id", difference.id())
                        .put("recorded", NanoUsd.format(difference.recordedNanoUsd()))
                        .put("ledger", NanoUsd.format(difference.ledgerNanoUsd()));
            }
        }
        return object;
    }
}
