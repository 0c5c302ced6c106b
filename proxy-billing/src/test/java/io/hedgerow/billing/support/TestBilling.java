package io.hedgerow.billing.support;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.BillingSettings;
import io.hedgerow.billing.store.DatabaseSettings;
import io.hedgerow.testkit.stores.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Opens billings for tests. */
public final class TestBilling {
    private static final List<String> TABLES = List.of(
            "V1__billing.sql",
            "V3__budgets.sql",
            "V10__keys.sql",
            "V14__prices.sql",
            "V20__events.sql",
            "V21__quarantine.sql",
            "V22__attempts_input.sql",
            "V23__webhook_endpoints.sql",
            "V24__tenants_concurrency.sql",
            "V25__usage_in_months.sql",
            "V26__bookings.sql");

    private TestBilling() {}

    public static DatabaseSettings access(TestDatabase database) {
        return new DatabaseSettings(
                        database.jdbcUrl(),
                        database.user(),
                        () -> database.password().toCharArray(),
                        6)
                .withPatience(Duration.ofSeconds(30));
    }

    public static BillingSettings settings(TestDatabase database, Path dataDir) {
        return BillingSettings.of(access(database), dataDir)
                .withJournalMaxBytes(16L << 20)
                .withLease(Duration.ofSeconds(2));
    }

    /** Opens with the usual tenant. */
    public static Billing open(TestDatabase database, Path dataDir) throws IOException {
        return open(settings(database, dataDir), new SimpleMeterRegistry());
    }

    public static Billing open(BillingSettings settings, MeterRegistry meters) throws IOException {
        Billing billing = Billing.open(settings, meters);
        await().until(billing::databaseUp);
        get(billing.seedTenants(List.of(Samples.seed())));
        return billing;
    }

    /** All tables, for tests that need them and not their history. */
    public static void createTables(Sql sql) throws SQLException {
        for (String script : TABLES) {
            sql.run(script(script));
        }
    }

    /** All tables as they are without one of the scripts. */
    public static void createTablesWithout(Sql sql, String left) throws SQLException {
        for (String script : TABLES) {
            if (!script.equals(left)) {
                sql.run(script(script));
            }
        }
    }

    /** A migration's content, for tests that need the tables and not their history. */
    public static String script(String name) {
        try (InputStream script = Billing.class.getResourceAsStream("/db/migration/" + name)) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits generously. */
    public static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
    }

    public static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20));
    }
}
