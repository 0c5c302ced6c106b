package io.hedgerow.launcher.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.billing.UsageTables;
import io.hedgerow.billing.reconcile.Comparison;
import io.hedgerow.billing.reconcile.Comparison.Figures;
import io.hedgerow.billing.reconcile.Comparison.Rules;
import io.hedgerow.billing.reconcile.InvoiceLine;
import io.hedgerow.billing.reconcile.Reconciliation;
import io.hedgerow.billing.reconcile.Reconciliation.Question;
import io.hedgerow.launcher.yaml.Scalars;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code usage reconcile}: a provider's usage export against the records. */
@Command(
        name = "reconcile",
        description = {
            "Compares a provider's usage export with the attempts at it.",
            "Per day (UTC) and model or per request; lists what differs, with totals. Changes nothing. Exit code 1 if anything",
            "differs, 2 if the export cannot be read."
        },
        mixinStandardHelpOptions = true)
public final class ReconcileCommand implements Callable<Integer> {
    /** What lines belong together. */
    enum By {
        DAY,
        REQUEST
    }

    @Mixin
    private DatabaseFlags database = new DatabaseFlags();

    @Mixin
    private InvoiceColumns columns = new InvoiceColumns();

    @Option(
            names = "--provider",
            required = true,
            paramLabel = "ID",
            description = "The provider's id in the configuration.")
    private String provider;

    @Option(names = "--csv", required = true, paramLabel = "FILE", description = "The export, with a row of names.")
    private Path csv;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "day",
            description = "day or request (default: ${DEFAULT-VALUE}).")
    private By by;

    @Option(names = "--no-model", description = "Do not tell models apart.")
    private boolean noModel;

    @Option(names = "--since", paramLabel = "DAY", description = "From then on; default: the export's first day.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "DAY", description = "Before then; default: behind the export's last day.")
    private @Nullable String until;

    @Option(
            names = "--cost-tolerance",
            paramLabel = "USD",
            defaultValue = "0.01",
            description = "Costs that differ by no more are the same (default: ${DEFAULT-VALUE}).")
    private BigDecimal tolerance;

    @Option(names = "--json", description = "Print one JSON object per difference, and one with the totals.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private Figures invoiced = Figures.NONE;
    private Figures recorded = Figures.NONE;
    private long compared;
    private long differing;

    @Override
    public Integer call() throws Exception {
        LogLevels.quietUnlessAsked(System.getenv());
        if (!Files.isReadable(csv) || Files.isDirectory(csv)) {
            throw wrong("--csv names the file " + csv + ", which does not exist or is not readable", null);
        }
        if (tolerance.signum() < 0) {
            throw wrong("--cost-tolerance is less than nothing", null);
        }
        Question question = question();
        return database.with(settings -> {
            Reconciliation reconciliation = UsageTables.reconciliation(settings);
            requireProvider(reconciliation.providers());
            try (var reader = Files.newBufferedReader(csv, StandardCharsets.UTF_8)) {
                compare(new CsvReader(reader), reconciliation, question);
            } catch (CharacterCodingException e) {
                throw wrong(csv + " is no text in UTF-8", e);
            }
            total();
            return differing == 0 ? 0 : 1;
        });
    }

    private void compare(CsvReader rows, Reconciliation reconciliation, Question question) throws Exception {
        List<String> header = rows.next();
        if (header == null) {
            throw wrong(csv + " is empty", null);
        }
        InvoiceColumns.Places places;
        try {
            places = columns.find(header, by == By.REQUEST, !noModel);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
        Rules rules = new Rules(places.input() >= 0, places.output() >= 0, places.cost() >= 0, tolerance);
        reconciliation.run(question, () -> line(rows, places), comparison -> take(comparison, rules));
        if (invoiced.lines() == 0 && (question.sinceMicros() == null || question.untilMicros() == null)) {
            throw wrong(csv + " has no lines that say which days to compare: give --since and --until", null);
        }
    }

    private void requireProvider(List<String> known) {
        if (!known.contains(provider)) {
            throw wrong(
                    "nothing was ever sent to a provider \"" + provider + "\"; known are: " + String.join(", ", known),
                    null);
        }
    }

    private ParameterException wrong(String message, @Nullable Exception cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }

    private Question question() {
        try {
            return new Question(
                    provider, by == By.REQUEST, !noModel, InvoiceColumns.micros(since), InvoiceColumns.micros(until));
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable InvoiceLine line(CsvReader rows, InvoiceColumns.Places places) throws IOException {
        int at = rows.line();
        List<String> row = rows.next();
        try {
            return row == null ? null : places.line(row);
        } catch (IllegalArgumentException e) {
            throw wrong(csv + ", line " + at + ": " + e.getMessage(), e);
        }
    }

    private void take(Comparison comparison, Rules rules) {
        compared++;
        Figures theirs = comparison.invoiced() == null ? Figures.NONE : comparison.invoiced();
        Figures ours = comparison.recorded() == null ? Figures.NONE : comparison.recorded();
        invoiced = invoiced.plus(theirs);
        recorded = recorded.plus(ours);
        if (!comparison.differs(rules)) {
            return;
        }
        differing++;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put(by == By.DAY ? "date" : "request_id", comparison.key());
            object.put("model", comparison.model());
            object.set("invoiced", comparison.invoiced() == null ? null : figures(theirs));
            object.set("recorded", comparison.recorded() == null ? null : figures(ours));
            out.println(object);
        } else {
            String what = comparison.invoiced() == null
                    ? "not invoiced; " + text(ours) + " recorded"
                    : comparison.recorded() == null
                            ? "not recorded; " + text(theirs) + " invoiced"
                            : text(theirs) + " invoiced; " + text(ours) + " recorded";
            out.println((comparison.key() + " " + comparison.model()).strip() + ": " + what);
        }
    }

    private void total() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ObjectNode total =
                    object.putObject("total").put("compared", compared).put("differing", differing);
            total.set("invoiced", figures(invoiced));
            total.set("recorded", figures(recorded));
            out.println(object);
        } else {
            out.println("invoiced: " + text(invoiced));
            out.println("recorded: " + text(recorded) + ", in " + recorded.lines() + " attempts, " + recorded.unknown()
                    + " of them with a cost that is not known for sure");
            out.println(
                    differing == 0
                            ? compared + " compared, nothing differs"
                            : differing + " of " + compared + " DIFFER");
        }
        out.flush();
    }

    private static String text(Figures figures) {
        return figures.inputTokens() + " in, " + figures.outputTokens() + " out, " + Scalars.plain(figures.cost())
                + " USD";
    }

    private static ObjectNode figures(Figures figures) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("lines", figures.lines())
                .put("unknown", figures.unknown())
                .put("input_tokens", figures.inputTokens())
                .put("output_tokens", figures.outputTokens())
                .put("cost", Scalars.plain(figures.cost()));
    }
}
