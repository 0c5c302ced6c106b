package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenant create|list|show|credit|refund|adjust}. */
@Command(
        name = "tenant",
        description = "Makes and shows tenants, and books on their accounts, at a running gateway.",
        mixinStandardHelpOptions = true)
public final class TenantCommand extends CommandGroup {
    private static final String[] FIGURES = {"id", "balance", "reserved", "spent", "redis/balance", "redis/pending"};
    private static final String[] BOOKED = {
        "tenant_id", "kind", "amount", "balance", "request_id", "idempotency_key", "booked_at"
    };

    /** For the command line. */
    public TenantCommand() {
        super("create, list, show, credit, refund or adjust");
    }

    @Command(name = "create", description = "Makes a tenant.", mixinStandardHelpOptions = true)
    int create(
            @Mixin AdminFlags admin,
            @Parameters(paramLabel = "TENANT", description = "Its id.") String id,
            @Option(
                            names = "--balance",
                            paramLabel = "USD",
                            description = "Its first balance; without one it is billed afterwards.")
                    @Nullable
                    String balance,
            @Option(
                            names = "--credit-limit",
                            paramLabel = "USD",
                            description = "How far below zero its balance may be spent; 0 is the default.")
                    @Nullable
                    String creditLimit,
            @Option(
                            names = "--max-concurrency",
                            paramLabel = "N",
                            description = "Requests of all its keys open at once; 0 for unlimited, the default.")
                    @Nullable
                    Integer maxConcurrency,
            @Option(
                            names = "--budget",
                            paramLabel = "WINDOW=USD",
                            description = "What it may spend per 5h, day, week, month or in total, such as day=20.00 or"
                                    + " 5h:rolling=5.00; may be given several times.")
                    @Nullable
                    List<String> budgets)
            throws IOException, InterruptedException {
        ObjectNode tenant = AdminApi.object().put("id", id);
        if (balance != null) {
            tenant.put("balance", balance);
        }
        if (creditLimit != null) {
            tenant.put("credit_limit", creditLimit);
        }
        if (maxConcurrency != null) {
            tenant.put("max_concurrency", maxConcurrency);
        }
        Budgets.add(tenant, budgets, admin);
        return show(admin, admin.api().post("tenants", tenant));
    }

    @Command(name = "list", description = "Lists all tenants.", mixinStandardHelpOptions = true)
    int list(@Mixin AdminFlags admin) throws IOException, InterruptedException {
        ArrayNode tenants = Pages.all(admin.api(), "tenants", "tenants", Map.of());
        return admin.print(
                AdminApi.object().set("tenants", tenants),
                (answer, out) -> new Table(FIGURES).rows(tenants).print(out));
    }

    @Command(
            name = "show",
            description = "Shows a tenant's figures: the database's, and Redis's beside them.",
            mixinStandardHelpOptions = true)
    int show(@Mixin AdminFlags admin, @Parameters(paramLabel = "TENANT", description = "Its id.") String id)
            throws IOException, InterruptedException {
        return show(admin, admin.api().get("tenants/" + AdminApi.encode(id), Map.of()));
    }

    @Command(
            name = "credit",
            description = "Adds to a tenant's balance, once per idempotency key.",
            mixinStandardHelpOptions = true)
    int credit(
            @Mixin AdminFlags admin,
            @Parameters(index = "0", paramLabel = "TENANT", description = "Its id.") String id,
            @Parameters(index = "1", paramLabel = "USD", description = "The amount, such as 25.00.") String amount,
            @Option(
                            names = "--idempotency-key",
                            paramLabel = "KEY",
                            description = "The same key books the same credit once, such as an invoice's number.")
                    @Nullable
                    String key)
            throws IOException, InterruptedException {
        return book(admin, id, "credits", AdminApi.object().put("amount", amount), key);
    }

    @Command(
            name = "refund",
            description = {
                "Gives a request's charge back, or a part of it, once per idempotency key.",
                "What the tenant has spent, its budgets and the usage record stay as they are: they say what the request cost."
            },
            mixinStandardHelpOptions = true)
    int refund(
            @Mixin AdminFlags admin,
            @Parameters(index = "0", paramLabel = "TENANT", description = "Its id.") String id,
            @Parameters(index = "1", paramLabel = "REQUEST", description = "The x-request-id of the request.")
                    String request,
            @Option(
                            names = "--amount",
                            paramLabel = "USD",
                            description = "How much; without it all that is left of the charge.")
                    @Nullable
                    String amount,
            @Mixin BookingFlags flags)
            throws IOException, InterruptedException {
        ObjectNode refund = AdminApi.object().put("request_id", request);
        if (amount != null) {
            refund.put("amount", amount);
        }
        return book(admin, id, "refunds", flags.explain(refund), flags.idempotencyKey());
    }

    @Command(
            name = "adjust",
            description = "Puts a tenant's balance right, up or down, once per idempotency key.",
            mixinStandardHelpOptions = true)
    int adjust(
            @Mixin AdminFlags admin,
            @Parameters(paramLabel = "TENANT", description = "Its id.") String id,
            @Option(
                            names = "--amount",
                            required = true,
                            paramLabel = "USD",
                            description = "What is added to the balance, such as --amount=-2.50.")
                    String amount,
            @Mixin BookingFlags flags)
            throws IOException, InterruptedException {
        ObjectNode adjustment = flags.explain(AdminApi.object().put("amount", amount));
        return book(admin, id, "adjustments", adjustment, flags.idempotencyKey());
    }

    private static int book(AdminFlags admin, String id, String what, ObjectNode body, @Nullable String key)
            throws IOException, InterruptedException {
        String once = key == null ? UUID.randomUUID().toString() : key;
        JsonNode booked;
        try {
            booked = admin.api().post("tenants/" + AdminApi.encode(id) + "/" + what, body, once);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            if (key == null) {
                admin.remark("whether it was booked may be open: try again with --idempotency-key " + once);
            }
            throw e;
        }
        return admin.print(
                booked, (answer, out) -> new Table(BOOKED).row(answer).print(out));
    }

    private static int show(AdminFlags admin, JsonNode tenant) {
        return admin.print(tenant, (answer, out) -> {
            new Table(FIGURES).row(answer).print(out);
            if (!answer.path("budgets").isEmpty()) {
                out.println();
                new Table("window", "mode", "limit", "spent")
                        .rows(answer.path("budgets"))
                        .print(out);
            }
        });
    }
}
