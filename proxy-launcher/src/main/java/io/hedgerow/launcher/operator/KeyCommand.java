package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code key create|list|revoke}. */
@Command(
        name = "key",
        description = "Makes, lists and revokes API keys at a running gateway.",
        mixinStandardHelpOptions = true)
public final class KeyCommand extends CommandGroup {
    /** For the command line. */
    public KeyCommand() {
        super("create, list or revoke");
    }

    /** What a key may do. */
    static final class Terms {
        @Option(names = "--id", paramLabel = "KEY", description = "Its id; otherwise one is made up.")
        private @Nullable String id;

        @Option(
                names = "--max-concurrency",
                paramLabel = "N",
                description = "Requests open at once; 0 for unlimited, the default.")
        private @Nullable Integer maxConcurrency;

        @Option(names = "--rpm", paramLabel = "N", description = "Requests per minute; 0 for unlimited, the default.")
        private @Nullable Integer requestsPerMinute;

        @Option(names = "--tpm", paramLabel = "N", description = "Tokens per minute; 0 for unlimited, the default.")
        private @Nullable Integer tokensPerMinute;

        @Option(
                names = "--budget",
                paramLabel = "[WINDOW=]USD",
                description =
                        "What it may spend for good, or per window, such as day=2.00; may be given several times.")
        private @Nullable List<String> budgets;

        @Option(
                names = "--model",
                paramLabel = "MODEL",
                split = ",",
                description = "A model it may ask for; may be given several times. Default: all.")
        private @Nullable List<String> models;

        ObjectNode json(String tenant, AdminFlags admin) {
            ObjectNode key = AdminApi.object().put("tenant_id", tenant);
            put(key, "max_concurrency", maxConcurrency);
            put(key, "rpm", requestsPerMinute);
            put(key, "tpm", tokensPerMinute);
            if (id != null) {
                key.put("id", id);
            }
            if (budgets != null) {
                Budgets.add(
                        key,
                        budgets.stream()
                                .map(budget -> budget.contains("=") ? budget : "total=" + budget)
                                .toList(),
                        admin);
            }
            if (models != null) {
                ArrayNode array = key.putArray("models");
                models.forEach(array::add);
            }
            return key;
        }

        private static void put(ObjectNode key, String name, @Nullable Integer value) {
            if (value != null) {
                key.put(name, value);
            }
        }
    }

    @Command(
            name = "create",
            description = "Makes a key and prints its secret, which is not shown again.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin AdminFlags admin,
            @Mixin Terms terms,
            @Parameters(paramLabel = "TENANT", description = "Who pays for it.") String tenant)
            throws IOException, InterruptedException {
        JsonNode key = admin.api().post("keys", terms.json(tenant, admin));
        return admin.print(key, (answer, out) -> {
            out.println("key     " + answer.path("id").asText());
            out.println("tenant  " + answer.path("tenant_id").asText());
            out.println("secret  " + answer.path("secret").asText());
            out.flush();
            admin.remark("Keep the secret now: it is not shown again.");
        });
    }

    @Command(name = "list", description = "Lists keys, revoked ones included.", mixinStandardHelpOptions = true)
    int list(@Mixin AdminFlags admin, @Mixin TenantFlag tenant) throws IOException, InterruptedException {
        ArrayNode keys = Pages.all(admin.api(), "keys", "keys", tenant.parameters());
        return admin.print(
                AdminApi.object().set("keys", keys),
                (answer, out) -> new Table(
                                "id",
                                "tenant_id",
                                "origin",
                                "hint",
                                "max_concurrency",
                                "rpm",
                                "tpm",
                                "models",
                                "spent",
                                "requests",
                                "revoked_at")
                        .rows(keys)
                        .print(out));
    }

    @Command(
            name = "revoke",
            description = "Ends a key on all nodes within a second; what it has used stays on record.",
            mixinStandardHelpOptions = true)
    int revoke(
            @Mixin AdminFlags admin,
            @Parameters(paramLabel = "KEY", description = "Its id.") String id,
            @Option(names = "--purge", description = "Delete what is known of it, too.") boolean purge)
            throws IOException, InterruptedException {
        JsonNode gone = admin.api().delete("keys/" + AdminApi.encode(id) + (purge ? "?purge=true" : ""));
        return admin.print(gone, (answer, out) -> out.println(id + (purge ? " is deleted" : " is revoked")));
    }
}
