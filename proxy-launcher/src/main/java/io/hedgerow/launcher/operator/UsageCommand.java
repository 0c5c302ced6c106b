package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.hedgerow.launcher.command.PruneCommand;
import io.hedgerow.launcher.command.ReconcileCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code usage [list|summary|export|reconcile|prune]}; alone it lists the newest records. */
@Command(
        name = "usage",
        description = "Shows what was used and what it cost; alone it lists the newest records.",
        mixinStandardHelpOptions = true,
        subcommands = {UsageExport.class, ReconcileCommand.class, PruneCommand.class})
public final class UsageCommand implements Callable<Integer> {
    private static final int NEWEST = 20;

    /** As wide as the longest name and two more. */
    private static final int NAMES = "cache_write_1h_tokens".length() + 2;

    private static final String[] ATTEMPT = {
        "n",
        "provider_id",
        "upstream_model",
        "reason",
        "outcome",
        "http_status",
        "error_kind",
        "ttft_ms",
        "input_tokens",
        "output_tokens",
        "provider_cost",
        "cost_known"
    };

    @Mixin
    private AdminFlags admin = new AdminFlags();

    @Mixin
    private Filter filter = new Filter();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return list(admin, filter, NEWEST, null);
    }

    /** Which records. */
    static final class Filter {
        @Mixin
        private TenantFlag tenant = new TenantFlag();

        @Option(names = "--key", paramLabel = "KEY", description = "Only this key's.")
        private @Nullable String key;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "From then on: 2026-01-31 or 2026-01-31T08:00:00Z.")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Before then.")
        private @Nullable String until;

        Map<String, @Nullable Object> parameters() {
            Map<String, @Nullable Object> parameters = tenant.parameters();
            parameters.put("key", key);
            parameters.put("since", since);
            parameters.put("until", until);
            return parameters;
        }
    }

    @Command(name = "list", description = "Lists records, the newest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin AdminFlags admin,
            @Mixin Filter filter,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "At most so many, up to 1000 (default: ${DEFAULT-VALUE}).")
                    int limit,
            @Option(names = "--cursor", paramLabel = "CURSOR", description = "Where the page before ended.") @Nullable
                    String cursor)
            throws IOException, InterruptedException {
        Map<String, @Nullable Object> parameters = filter.parameters();
        parameters.put("limit", limit);
        parameters.put("cursor", cursor);
        return admin.print(admin.api().get("usage", parameters), UsageCommand::records);
    }

    @Command(
            name = "show",
            description = "Shows one record with its prices and its attempts.",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin AdminFlags admin,
            @Parameters(paramLabel = "REQUEST", description = "The x-request-id of the request.") String request)
            throws IOException, InterruptedException {
        return admin.print(admin.api().get("usage/" + AdminApi.encode(request), Map.of()), UsageCommand::details);
    }

    private static void details(JsonNode found, PrintWriter out) {
        found.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (!value.isArray()) {
                String name = field.getKey();
                out.println(name
                        + " ".repeat(Math.max(1, NAMES - name.length()))
                        + (value.isValueNode() ? value.asText() : value.toString()));
            }
        });
        out.println();
        new Table(ATTEMPT).rows(found.path("attempts")).print(out);
    }

    @Command(name = "summary", description = "Adds records up.", mixinStandardHelpOptions = true)
    int summary(
            @Mixin AdminFlags admin,
            @Mixin Filter filter,
            @Option(
                            names = "--by",
                            paramLabel = "WHAT",
                            defaultValue = "tenant",
                            description = "tenant, key, model, provider or day (default: ${DEFAULT-VALUE}).")
                    String by)
            throws IOException, InterruptedException {
        Map<String, @Nullable Object> parameters = filter.parameters();
        parameters.put("by", by);
        return admin.print(
                admin.api().get("usage/summary", parameters),
                (answer, out) -> new Table(
                                by,
                                "requests",
                                "completed",
                                "input_tokens",
                                "cached_input_tokens",
                                "output_tokens",
                                "reasoning_tokens",
                                "cost",
                                "provider_cost",
                                "losers_cost",
                                "margin")
                        .rows(answer.path("summary"))
                        .print(out));
    }

    private static void records(JsonNode page, PrintWriter out) {
        new Table(
                        "started_at",
                        "request_id",
                        "tenant_id",
                        "key_id",
                        "model",
                        "provider_id",
                        "status",
                        "input_tokens",
                        "output_tokens",
                        "cost",
                        "provider_cost",
                        "ttft_ms",
                        "duration_ms")
                .rows(page.path("usage"))
                .print(out);
        JsonNode next = page.path("next_cursor");
        if (next.isTextual()) {
            out.println("more with --cursor " + next.asText());
        }
    }
}
