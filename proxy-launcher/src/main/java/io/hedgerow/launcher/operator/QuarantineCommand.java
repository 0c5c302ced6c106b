package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code quarantine list|show|retry|discard}. */
@Command(
        name = "quarantine",
        description = "Works off settlements that PostgreSQL refused for good.",
        mixinStandardHelpOptions = true)
public final class QuarantineCommand extends CommandGroup {
    private static final String ID = "The number that `list` shows.";

    /** For the command line. */
    public QuarantineCommand() {
        super("list, show, retry or discard");
    }

    @Command(name = "list", description = "Lists what was set aside, and why.", mixinStandardHelpOptions = true)
    int list(@Mixin AdminFlags admin) throws IOException, InterruptedException {
        ArrayNode items = Pages.all(admin.api(), "quarantine", "quarantine", Map.of());
        return admin.print(
                AdminApi.object().set("quarantine", items),
                (answer, out) -> new Table("id", "request_id", "kind", "node", "retryable", "created_at", "reason")
                        .rows(items)
                        .print(out));
    }

    @Command(name = "show", description = "Shows one with all its content.", mixinStandardHelpOptions = true)
    int show(@Mixin AdminFlags admin, @Parameters(paramLabel = "N", description = ID) long id)
            throws IOException, InterruptedException {
        return admin.print(
                admin.api().get("quarantine/" + id, Map.of()),
                (item, out) -> item.properties()
                        .forEach(field -> out.println(field.getKey() + "  "
                                + field.getValue().asText().replaceAll("\\p{Cntrl}", "?"))));
    }

    @Command(
            name = "retry",
            description = "Settles it after all, once; exit code 1 if it is still refused.",
            mixinStandardHelpOptions = true)
    int retry(@Mixin AdminFlags admin, @Parameters(paramLabel = "N", description = ID) long id)
            throws IOException, InterruptedException {
        return admin.print(
                admin.api().post("quarantine/" + id + "/retry", AdminApi.object()),
                (answer, out) -> out.println(id + " is settled"));
    }

    @Command(name = "discard", description = "Forgets it: it is never charged.", mixinStandardHelpOptions = true)
    int discard(@Mixin AdminFlags admin, @Parameters(paramLabel = "N", description = ID) long id)
            throws IOException, InterruptedException {
        return admin.print(admin.api().delete("quarantine/" + id), (answer, out) -> out.println(id + " is discarded"));
    }
}
