package io.hedgerow.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.journal.JournalInspection;
import io.hedgerow.billing.journal.JournalInspection.Summary;
import io.hedgerow.billing.journal.JournalPosition;
import io.hedgerow.core.port.UsageRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code journal}: looks into a node's journal. */
@Command(
        name = "journal",
        description = "Looks into a node's journal, the usage that stands in front of PostgreSQL.",
        mixinStandardHelpOptions = true,
        subcommands = JournalCommand.Inspect.class)
public final class JournalCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with the journal: inspect");
    }

    /** {@code journal inspect}. */
    @Command(
            name = "inspect",
            description = {
                "Lists the entries of a journal, changing nothing.",
                "May run while its node runs. Exit code 1 if a part of it cannot be read."
            },
            mixinStandardHelpOptions = true)
    static final class Inspect implements Callable<Integer> {
        @Option(
                names = "--data-dir",
                paramLabel = "DIR",
                defaultValue = "hedgerow-data",
                description = "The node's data directory (default: ${DEFAULT-VALUE}).")
        private Path dataDir;

        @Option(names = "--undrained", description = "Only settlements that PostgreSQL may not have yet.")
        private boolean undrained;

        @Option(names = "--request", paramLabel = "ID", defaultValue = "", description = "Only this request's entries.")
        private String request;

        @Option(names = "--json", description = "One JSON object per line; the last one is the summary.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            Path directory = dataDir.resolve("journal");
            if (!Files.isDirectory(directory)) {
                throw new ParameterException(spec.commandLine(), directory + " is not there: not a data directory?");
            }
            PrintWriter out = spec.commandLine().getOut();
            Summary summary = JournalInspection.read(directory, (entry, end, drained) -> {
                boolean wanted = (request.isEmpty() || request.equals(entry.requestId()))
                        && !(undrained && (drained || !entry.durable()));
                if (wanted) {
                    out.println(json ? object(entry, end, drained) : line(entry, end, drained));
                }
            });
            out.println(json ? object(summary) : sentence(summary));
            out.flush();
            return summary.damagedBytes() == 0 && summary.unreadableFiles() == 0 ? 0 : 1;
        }
    }

    private static String line(JournalEntry entry, JournalPosition end, boolean drained) {
        String state = !entry.durable() ? "" : drained ? "drained" : "undrained";
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%016x:%-9d %-8s %-9s %s",
                end.segment(),
                end.offset(),
                kind(entry),
                state,
                printable(entry.requestId())));
        for (Map.Entry<String, JsonNode> fact : facts(entry).properties()) {
            line.append(' ')
                    .append(fact.getKey())
                    .append('=')
                    .append(printable(fact.getValue().asText()));
        }
        return line.toString();
    }

    /** Control characters that a client may have sent are not for a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static ObjectNode facts(JournalEntry entry) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        if (entry instanceof JournalEntry.Admitted admitted) {
            facts.put("tenant", admitted.entry().tenantId());
            facts.put("model", admitted.entry().model());
        } else if (entry instanceof JournalEntry.Settled settled) {
            UsageRecord record = settled.record();
            facts.put("tenant", record.tenantId());
            facts.put("status", record.status().wireName());
            facts.put("input_tokens", record.tokens().input());
            facts.put("output_tokens", record.tokens().output());
            facts.put("cost_nano_usd", record.costNanoUsd());
        } else if (entry instanceof JournalEntry.Late late) {
            facts.put("attempt", late.usage().attempt());
            facts.put("provider_cost_nano_usd", late.usage().providerCostNanoUsd());
        } else if (entry instanceof JournalEntry.Progress progress) {
            facts.put("output_tokens", progress.entry().tokens().output());
        }
        return facts;
    }

    private static String kind(JournalEntry entry) {
        return entry.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String sentence(Summary summary) {
        String damage = summary.damagedBytes() + summary.unreadableFiles() == 0
                ? ""
                : ", " + summary.damagedBytes() + " damaged bytes, " + summary.unreadableFiles() + " unreadable files";
        return summary.segments() + " segments, " + summary.entries() + " entries, " + summary.undrained()
                + " undrained settlements, " + summary.open() + " open requests" + damage;
    }

    private static ObjectNode object(JournalEntry entry, JournalPosition end, boolean drained) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("segment", end.segment());
        object.put("offset", end.offset());
        object.put("kind", kind(entry));
        object.put("request_id", entry.requestId());
        if (entry.durable()) {
            object.put("drained", drained);
        }
        return object.setAll(facts(entry));
    }

    private static ObjectNode object(Summary summary) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("segments", summary.segments());
        object.put("entries", summary.entries());
        object.put("undrained", summary.undrained());
        object.put("open", summary.open());
        object.put("damaged_bytes", summary.damagedBytes());
        object.put("unreadable_files", summary.unreadableFiles());
        return object;
    }
}
