package io.hedgerow.launcher.wiring;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.BillingSettings;
import io.hedgerow.billing.store.DatabaseSettings;
import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.Estimate;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.BalanceMirror.MirroredBudget;
import io.hedgerow.core.port.BudgetHold;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.core.port.KeyTerms;
import io.hedgerow.core.port.TenantSeed;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageQueries.TenantAccount;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import io.hedgerow.launcher.Patience;
import io.hedgerow.redis.RedisSettings;
import io.hedgerow.redis.RedisStores;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis, a real PostgreSQL, and what one admits and the other settles. */
@Tag("law6")
@Tag("B11")
@Tag("B12")
class BudgetsInBothStoresTest {
    /** No command is late, and no hold or beat lapses, however slow the machine is. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private static final List<BudgetLimit> BUDGETS = List.of(
            BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneId.of("Asia/Kathmandu"), 1_000),
            BudgetLimit.ofTenant(BudgetWindow.FIVE_HOURS, true, ZoneOffset.UTC, 1_000),
            BudgetLimit.ofKey("key", BudgetWindow.MONTH, true, ZoneOffset.UTC, 1_000),
            BudgetLimit.ofKey("key", BudgetWindow.TOTAL, false, ZoneOffset.UTC, 1_000));

    @TempDir
    Path dataDir;

    private final AtomicInteger ids = new AtomicInteger();
    private final TestDatabase database = TestStores.newDatabase();
    private EmbeddedRedis server;
    private Billing billing;
    private RedisStores redis;

    @BeforeEach
    void open() throws IOException {
        server = TestStores.newRedis();
        start();
    }

    private void start() throws IOException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        billing = Billing.open(
                BillingSettings.of(
                                new DatabaseSettings(
                                        database.jdbcUrl(),
                                        database.user(),
                                        () -> database.password().toCharArray(),
                                        6),
                                dataDir)
                        .withJournalMaxBytes(16 << 20),
                meters);
        redis = RedisStores.open(
                RedisSettings.builder(server.url(), "node" + ids.incrementAndGet())
                        .commandTimeout(NEVER)
                        .lease(NEVER)
                        .sole(true)
                        .build(),
                billing.balances(),
                meters);
        join(billing.seedTenants(List.of(new TenantSeed(
                "acme",
                1_000_000L,
                0,
                List.of(),
                List.of(new TenantSeed.KeySeed("key", "00ff", KeyTerms.UNLIMITED)),
                0))));
        billing.startRelay(redis.mirror());
        await().until(redis::connected);
    }

    @AfterEach
    void close() throws IOException {
        stop();
        server.close();
    }

    private void stop() throws IOException {
        redis.close();
        billing.close();
    }

    private AdmissionDecision ask(String id, long estimate) {
        return join(redis.admission()
                .admit(new AdmissionRequest(
                        id,
                        "acme",
                        "key",
                        new KeyLimits(0, 0, 0),
                        new AdmissionRequest.TenantLimits(true, 0, 0),
                        BUDGETS,
                        new Estimate(estimate, 0))));
    }

    /** All that the gateway does for a request. */
    private boolean spend(long estimate, long cost) {
        String id = "r-" + ids.incrementAndGet();
        if (!(ask(id, estimate) instanceof Admitted admitted)) {
            return false;
        }
        BudgetHold hold = admitted.hold();
        join(billing.journal()
                .admitted(new AdmittedEntry(
                        id, null, "acme", "key", "m", "openai", UnitPrices.FREE, 1, 1, hold.buckets())));
        join(billing.journal().settled(record(id, cost).withBudgets(hold.buckets())));
        hold.settle(cost, 0);
        return true;
    }

    private static UsageRecord record(String id, long cost) {
        return record(id, UsageStatus.COMPLETED, cost);
    }

    private static UsageRecord record(String id, UsageStatus status, long cost) {
        return new UsageRecord(
                id,
                null,
                "acme",
                "key",
                "m",
                "openai",
                null,
                null,
                status,
                200,
                TokenUsage.NONE,
                UsageSource.PROVIDER,
                UnitPrices.FREE,
                cost,
                1_700_000_000_000_000L,
                null,
                1,
                false,
                false,
                List.of(),
                List.of(),
                false);
    }

    private void awaitBothAgree(long spent) {
        await().untilAsserted(() -> {
            TenantAccount account = join(billing.queries().tenant("acme")).orElseThrow();
            MirroredBalance copy = join(redis.mirror().read("acme")).orElseThrow();
            assertThat(copy.complete()).isTrue();
            assertThat(account.balanceNanoUsd()).isEqualTo(1_000_000 - spent);
            assertThat(copy.balanceNanoUsd()).isEqualTo(account.balanceNanoUsd());
            assertThat(copy.pendingNanoUsd() + copy.reservedNanoUsd()).isZero();
            Map<String, Long> settled = new HashMap<>();
            for (BudgetSpent figure : account.budgets()) {
                settled.merge(figure.bucket().budget(), figure.spentNanoUsd(), Long::sum);
            }
            assertThat(settled).hasSize(BUDGETS.size());
            assertThat(settled.values()).containsOnly(spent);
            assertThat(copy.budgets().stream().map(MirroredBudget::spent))
                    .containsExactlyInAnyOrderElementsOf(account.budgets());
            assertThat(copy.budgets().stream().map(MirroredBudget::openNanoUsd)).containsOnly(0L);
        });
    }

    /** What was put back after a loss although a balance contained it counts twice for a moment, to the safe side. */
    private void refusesMoreThan(long left) {
        await().untilAsserted(() -> {
            AdmissionDecision more = ask("probe-" + ids.incrementAndGet(), left + 1);
            if (more instanceof Admitted wrongly) {
                wrongly.hold().cancel();
            }
            assertThat(more)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.BUDGET_EXHAUSTED));
            AdmissionDecision exact = ask("probe-" + ids.incrementAndGet(), left);
            assertThat(exact)
                    .isInstanceOfSatisfying(
                            Admitted.class, admitted -> admitted.hold().cancel());
        });
    }

    @Test
    void aHundredAtOnceAreCountedAlikeAndNoMoreThanTheBudgetIsAdmitted() {
        long admitted =
                IntStream.range(0, 100).parallel().filter(i -> spend(20, 7)).count();
        assertThat(admitted).isPositive();
        awaitBothAgree(7 * admitted);
        refusesMoreThan(1_000 - 7 * admitted);
    }

    @Test
    void aFlushedRedisIsRebuilt() throws IOException {
        IntStream.range(0, 10).forEach(i -> assertThat(spend(50, 30)).isTrue());
        awaitBothAgree(300);
        command("FLUSHALL");
        awaitBothAgree(300);
        refusesMoreThan(700);
    }

    @Test
    void budgetsOutliveARestartOfEverythingWithAnEmptyRedis() throws IOException {
        assertThat(spend(900, 600)).isTrue();
        awaitBothAgree(600);
        stop();
        server.close();
        server = TestStores.newRedis();
        start();
        refusesMoreThan(400);
        awaitBothAgree(600);
    }

    @Test
    void whatWasJournaledAndNotSettledIsCountedAfterTheRestart() throws IOException {
        assertThat(spend(900, 600)).isTrue();
        stop();
        start();
        awaitBothAgree(600);
        refusesMoreThan(400);
    }

    @Test
    void aFigureThatPostgresNeverHadIsOvertaken() throws IOException {
        assertThat(spend(900, 600)).isTrue();
        awaitBothAgree(600);
        String bucket = BUDGETS.get(3).bucketAt(0).name();
        String hash = "hedgerow:v1:{t:acme}:budgets";
        command("HSET " + hash + " s:" + bucket + " 999 u:" + bucket + " 999 v:" + bucket + " 9000000000000000");
        awaitBothAgree(600);
        refusesMoreThan(400);
    }

    @Test
    @Tag("B5")
    void whatSupersedesAnAbandonedRecordIsCountedOnceInBoth() throws IOException {
        BudgetHold hold = ((Admitted) ask("thought-dead", 100)).hold();
        // Another node has taken this one for dead, so long ago that Redis does not remember the request any more.
        join(billing.journal()
                .settled(record("thought-dead", UsageStatus.ABANDONED, 30).withBudgets(hold.buckets())));
        awaitBothAgree(30);
        command("DEL hedgerow:v1:{t:acme}:over");
        join(billing.journal().settled(record("thought-dead", 70).withBudgets(hold.buckets())));
        hold.settle(70, 0);
        awaitBothAgree(70);
        refusesMoreThan(930);
    }

    private void command(String inline) throws IOException {
        URI url = URI.create(server.url());
        String password = url.getUserInfo().substring(url.getUserInfo().indexOf(':') + 1);
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            for (String line : List.of("AUTH " + password, inline)) {
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
                String answer = read(socket);
                assertThat(answer).doesNotStartWith("-");
            }
        }
    }

    private static String read(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        int next = socket.getInputStream().read();
        while (next >= 0 && next != '\n') {
            answer.append((char) next);
            next = socket.getInputStream().read();
        }
        return answer.toString();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(Patience.LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
