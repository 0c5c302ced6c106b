package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code webhook list|dead|redeliver}. */
@Command(
        name = "webhook",
        description = "Shows what webhooks wait for, and delivers again what was given up.",
        mixinStandardHelpOptions = true)
public final class WebhookCommand extends CommandGroup {
    /** For the command line. */
    public WebhookCommand() {
        super("list, dead or redeliver");
    }

    @Command(
            name = "list",
            description = "Lists endpoints with what waits and what was given up.",
            mixinStandardHelpOptions = true)
    int list(@Mixin AdminFlags admin) throws IOException, InterruptedException {
        return admin.print(
                admin.api().get("webhooks", Map.of()),
                (answer, out) -> new Table("id", "url", "waiting", "dead", "oldest")
                        .rows(answer.path("webhooks"))
                        .print(out));
    }

    @Command(name = "dead", description = "Lists events that were given up.", mixinStandardHelpOptions = true)
    int dead(
            @Mixin AdminFlags admin,
            @Option(names = "--endpoint", paramLabel = "ID", description = "Only this webhook's.") @Nullable
                    String endpoint,
            @Mixin TenantFlag tenant)
            throws IOException, InterruptedException {
        Map<String, @Nullable Object> parameters = tenant.parameters();
        parameters.put("endpoint", endpoint);
        ArrayNode dead = Pages.all(admin.api(), "webhooks/dead", "dead", parameters);
        return admin.print(
                AdminApi.object().set("dead", dead),
                (answer, out) -> new Table(
                                "id",
                                "endpoint",
                                "tenant",
                                "event_id",
                                "type",
                                "attempts",
                                "status",
                                "error",
                                "died_at")
                        .rows(dead)
                        .print(out));
    }

    @Command(
            name = "redeliver",
            description = "Delivers events again that were given up, with the ids that they had.",
            mixinStandardHelpOptions = true)
    int redeliver(
            @Mixin AdminFlags admin,
            @Parameters(paramLabel = "WEBHOOK", description = "The webhook's id.") String endpoint,
            @Option(names = "--id", paramLabel = "N", split = ",", description = "The number that `dead` shows.")
                    @Nullable
                    List<Long> ids,
            @Mixin TenantFlag tenant,
            @Option(names = "--all", description = "All of them.") boolean all)
            throws IOException, InterruptedException {
        ObjectNode body = AdminApi.object().put("endpoint", endpoint).put("all", all);
        if (tenant.id() != null) {
            body.put("tenant", tenant.id());
        }
        if (ids != null) {
            ArrayNode array = body.putArray("ids");
            ids.forEach(array::add);
        }
        JsonNode answer = admin.api().post("webhooks/redeliver", body);
        return admin.print(answer, (done, out) -> out.println(done.path("redelivered") + " to be delivered again"));
    }
}
