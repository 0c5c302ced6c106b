package io.hedgerow.billing.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.support.FakeMirror;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B3")
class OutboxReachesTheMirrorTest {
    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);
    private final FakeMirror mirror = new FakeMirror();
    private Database pool;

    @BeforeEach
    void prepare() throws SQLException {
        TestBilling.createTables(sql);
        pool = Database.open(TestBilling.access(database));
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void everyRowArrivesOnceAndInTheEndTheNewestBalanceStands() throws Exception {
        for (int i = 1; i <= 5; i++) {
            insert("acme", 100 - i, i, "r-" + i);
        }
        insert("other", 7, 1, "o-1");

        assertThat(relay(mirror).relay()).isEqualTo(new OutboxRelay.Round(6, 0));

        assertThat(mirror.balance("acme")).isEqualTo(95);
        assertThat(mirror.settledIds()).containsExactlyInAnyOrder("r-1", "r-2", "r-3", "r-4", "r-5", "o-1");
        assertThat(mirror.applied()).hasSize(2);
        assertThat(unpublished()).isZero();
    }

    @Test
    void aRelayThatDiesBetweenApplyingAndMarkingLeavesTheRowToTheNext() throws Exception {
        insert("acme", 99, 1, "r-1");
        BalanceMirror dying = new BalanceMirror() {
            @Override
            public CompletionStage<Void> apply(BalanceUpdate update) {
                CompletionStage<Void> unused = mirror.apply(update);
                killConnections();
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletionStage<Optional<MirroredBalance>> read(String tenantId) {
                return mirror.read(tenantId);
            }
        };
        assertThatThrownBy(() -> relay(dying).relay()).isInstanceOf(SQLException.class);
        assertThat(unpublished()).isEqualTo(1);

        // The pool may hand out another of the connections that have ended.
        TestBilling.await()
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> relay(mirror).relay().claimed() == 1);

        assertThat(mirror.settledIds()).containsExactly("r-1", "r-1");
        assertThat(mirror.balance("acme")).isEqualTo(99);
        assertThat(unpublished()).isZero();
    }

    @Test
    void twoRelaysAtOnceShareTheRows() throws Exception {
        for (int i = 1; i <= 3; i++) {
            insert("acme", 100 - i, i, "r-" + i);
        }
        try (Connection other = sql.connect()) {
            other.setAutoCommit(false);
            assertThat(OutboxTable.claim(other, 2)).hasSize(2);

            assertThat(relay(mirror).relay()).isEqualTo(new OutboxRelay.Round(1, 0));
            assertThat(mirror.settledIds()).containsExactly("r-3");
            other.rollback();
        }
        relay(mirror).relay();
        assertThat(mirror.settledIds()).containsExactlyInAnyOrder("r-1", "r-2", "r-3");
        assertThat(mirror.version("acme")).isEqualTo(3);
    }

    @Test
    void aRowWhoseIdWasDrawnEarlyAndCommittedLateIsNotMissed() throws Exception {
        try (Connection early = sql.connect()) {
            early.setAutoCommit(false);
            try (Statement statement = early.createStatement()) {
                statement.execute(insertion("acme", 99, 1, "early"));
            }
            insert("acme", 98, 2, "late");
            relay(mirror).relay();
            assertThat(mirror.settledIds()).containsExactly("late");
            early.commit();
        }
        relay(mirror).relay();
        assertThat(mirror.settledIds()).containsExactly("late", "early");
        assertThat(mirror.balance("acme")).isEqualTo(98);
    }

    @Test
    void whatTheMirrorDoesNotTakeIsTriedAgainLater() throws Exception {
        insert("acme", 99, 1, "r-1");
        mirror.setAway(true);
        assertThat(relay(mirror).relay()).isEqualTo(new OutboxRelay.Round(1, 1));
        assertThat(unpublished()).isEqualTo(1);

        mirror.setAway(false);
        OutboxRelay relay = relay(mirror);
        TestBilling.await().until(() -> relay.relay().claimed() == 1);
        assertThat(mirror.settledIds()).containsExactly("r-1");
    }

    private static final class NoReaders implements OutboxReaders {
        @Override
        public boolean streaming() {
            return false;
        }

        @Override
        public boolean fanning() {
            return false;
        }

        @Override
        public int upkeep(Connection connection) {
            return 0;
        }
    }

    private OutboxRelay relay(BalanceMirror to) {
        return new OutboxRelay(pool.pool(), to, new Signal(), tenant -> {}, new NoReaders());
    }

    private void killConnections() {
        try {
            sql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid() AND usename = current_user");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long unpublished() throws SQLException {
        return sql.number("SELECT count(*) FROM outbox WHERE published_at IS NULL");
    }

    private void insert(String tenant, long balance, long version, String request) throws SQLException {
        sql.run(insertion(tenant, balance, version, request));
    }

    private static String insertion(String tenant, long balance, long version, String request) {
        return "INSERT INTO outbox (tenant_id, balance_nano_usd, version, settled_request_ids) VALUES ('" + tenant
                + "', " + balance + ", " + version + ", '{" + request + "}')";
    }
}
