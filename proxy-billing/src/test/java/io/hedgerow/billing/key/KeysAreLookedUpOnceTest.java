package io.hedgerow.billing.key;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.Migrations;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.support.CountedStatements;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.ApiKey;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D7")
@Tag("B13")
class KeysAreLookedUpOnceTest {
    private final TestDatabase access = TestStores.newDatabase();
    private final Sql sql = new Sql(access);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicBoolean up = new AtomicBoolean(true);
    private Database database;
    private CountedStatements statements;
    private Keyring keys;
    private Thread loading;

    @BeforeEach
    void open() throws SQLException {
        Migrations.migrate(TestBilling.access(access));
        sql.run("INSERT INTO tenants (id, prepaid, balance_nano_usd, version) VALUES ('acme', true, 5, 1)");
        sql.run("""
                INSERT INTO api_keys (id, tenant_id, secret_sha256, origin, max_concurrency, models)
                VALUES ('made', 'acme', 'aa', 'admin', 7, '{gpt-fast}')""");
        database = Database.open(TestBilling.access(access));
        statements = new CountedStatements(database.pool());
        keys = new Keyring(statements.source(), up::get, meters);
        loading = new Thread(keys.loading());
        loading.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        keys.close();
        loading.join();
        database.close();
    }

    @Test
    void aWarmKeyCostsNoStatement() {
        ApiKey found = get(keys.find("aa")).orElseThrow();
        assertThat(found.id()).isEqualTo("made");
        assertThat(found.tenant()).isEqualTo(new ApiKey.Tenant("acme", true, 0, List.of(), 0));
        assertThat(found.terms().maxConcurrency()).isEqualTo(7);
        assertThat(found.terms().models()).containsExactly("gpt-fast");
        assertThat(statements.count()).isEqualTo(1);
        for (int i = 0; i < 1_000; i++) {
            CompletionStage<Optional<ApiKey>> again = keys.find("aa");
            assertThat(again.toCompletableFuture()).isCompleted();
            assertThat(get(again)).contains(found);
            assertThat(keys.withdrawn("aa")).isFalse();
        }
        assertThat(statements.count()).isEqualTo(1);
        assertThat(meters.counter(MeterNames.KEY_LOOKUPS, "result", "memory").count())
                .isEqualTo(1_000);
    }

    @Test
    void aGapWithoutTheDatabaseTakesNoKeyAwayButWhatWasRevokedMeanwhile() throws SQLException {
        sql.run("INSERT INTO api_keys (id, tenant_id, secret_sha256, origin) VALUES ('other', 'acme', 'bb', 'admin')");
        keys.look();
        assertThat(get(keys.find("aa"))).isPresent();
        assertThat(get(keys.find("bb"))).isPresent();
        long revision = sql.number("SELECT revision FROM key_revision");
        up.set(false);
        keys.gap();
        keys.notice(new KeyChange("aa", revision, false).text());
        assertThat(get(keys.find("aa"))).as("old news").isPresent();
        assertThat(get(keys.find("bb"))).isPresent();
        keys.notice(new KeyChange("bb", revision + 1, false).text());
        assertThatThrownBy(() -> get(keys.find("bb"))).isInstanceOf(CompletionException.class);
        assertThat(get(keys.find("aa"))).isPresent();
        sql.run("UPDATE api_keys SET revoked_at = now(); UPDATE key_revision SET revision = revision + 2");
        up.set(true);
        keys.look();
        assertThat(get(keys.find("aa"))).as("the database is back").isEmpty();
    }

    @Test
    void aHundredAtOnceAreOneQuery() throws Exception {
        try (var held = sql.connect()) {
            held.setAutoCommit(false);
            held.createStatement().execute("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE");
            ExecutorService clients = Executors.newFixedThreadPool(20);
            try {
                CountDownLatch asked = new CountDownLatch(100);
                List<Future<CompletionStage<Optional<ApiKey>>>> answers = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    answers.add(clients.submit(() -> {
                        CompletionStage<Optional<ApiKey>> answer = keys.find("aa");
                        asked.countDown();
                        return answer;
                    }));
                }
                asked.await();
                held.rollback();
                for (var answer : answers) {
                    assertThat(get(answer.get())).isPresent();
                }
            } finally {
                clients.shutdownNow();
            }
        }
        assertThat(statements.count()).isEqualTo(1);
    }

    @Test
    void anUnknownOneIsNotAskedForAgainAtOnce() {
        AtomicInteger tries = new AtomicInteger();
        // It is remembered for two seconds, which a stall may take up.
        await().until(() -> {
            String nobodys = "bb" + tries.incrementAndGet();
            int before = statements.count();
            assertThat(get(keys.find(nobodys))).isEmpty();
            assertThat(get(keys.find(nobodys))).isEmpty();
            return statements.count() == before + 1;
        });
    }

    @Test
    void aKeyThatWasRevokedWithoutAWordIsNoticedByItsRevision() throws SQLException {
        assertThat(get(keys.find("aa"))).isPresent();
        sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = 'made'");
        sql.run("UPDATE key_revision SET revision = revision + 1");
        assertThat(get(keys.find("aa"))).as("nobody has looked yet").isPresent();
        keys.look();
        assertThat(get(keys.find("aa"))).isEmpty();
    }

    @Test
    void aWordIsEnough() throws SQLException {
        keys.look();
        assertThat(get(keys.find("aa"))).isPresent();
        sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = 'made'");
        sql.run("UPDATE key_revision SET revision = revision + 1");
        keys.notice(new KeyChange("aa", sql.number("SELECT revision FROM key_revision"), false).text());
        assertThat(get(keys.find("aa"))).isEmpty();
        keys.notice("something else");
        keys.notice("key-changed aa x");
    }

    @Test
    void wordsMayHaveBeenLostBeforeASubscription() throws SQLException {
        assertThat(get(keys.find("aa"))).isPresent();
        sql.run("UPDATE api_keys SET revoked_at = now() WHERE id = 'made'");
        keys.gap();
        assertThat(get(keys.find("aa"))).isEmpty();
    }

    @Test
    void withoutTheDatabaseAColdKeyIsNotJudged() {
        assertThat(get(keys.find("aa"))).isPresent();
        up.set(false);
        assertThat(get(keys.find("aa"))).as("in memory").isPresent();
        assertThatThrownBy(() -> get(keys.find("cold"))).isInstanceOf(CompletionException.class);
        up.set(true);
        assertThat(get(keys.find("cold"))).isEmpty();
    }

    @Test
    void aConfiguredKeyIsTheFilesBusiness() throws SQLException {
        sql.run("INSERT INTO api_keys (id, tenant_id, secret_sha256) VALUES ('filed', 'acme', 'ff')");
        assertThat(get(keys.find("ff"))).isEmpty();
        sql.run("INSERT INTO withdrawn_secrets (secret_sha256, key_id) VALUES ('ff', 'filed')");
        assertThat(keys.withdrawn("ff")).isFalse();
        keys.look();
        assertThat(keys.withdrawn("ff")).isTrue();
        keys.notice(new KeyChange("ee", 9, true).text());
        assertThat(keys.withdrawn("ee")).isTrue();
    }
}
