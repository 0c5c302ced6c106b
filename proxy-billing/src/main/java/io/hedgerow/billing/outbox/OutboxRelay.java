package io.hedgerow.billing.outbox;

import io.hedgerow.billing.budget.BudgetRows;
import io.hedgerow.billing.store.Backoff;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetSpent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries committed balances to the mirror, at least once. Polls, because NOTIFY would take a lock on the whole database
 * at each commit. A relay that dies between applying and marking leaves rows that the next one applies again.
 */
public final class OutboxRelay implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int MOST_ROWS = 200;
    private static final int MOST_IDS = 1_000;
    private static final long PAUSE_MILLIS = 250;
    private static final long LAG_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PRUNE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long KEEP_SECONDS = 600;

    private final DataSource database;
    private final MirrorCalls mirror;
    private final Signal news;
    private final Consumer<String> published;
    private final OutboxReaders readers;
    private volatile double lagSeconds;
    private volatile double confirmedAfterMillis;
    private volatile boolean closed;
    private long lagAtNanos = System.nanoTime();
    private long prunedAtNanos = System.nanoTime();

    /**
     * @param news cuts the pause between two polls short
     * @param published is told of every tenant whose balance the mirror confirmed
     * @param readers who keeps rows that are published
     */
    public OutboxRelay(
            DataSource database, BalanceMirror mirror, Signal news, Consumer<String> published, OutboxReaders readers) {
        this.database = database;
        this.mirror = new MirrorCalls(mirror);
        this.news = news;
        this.published = published;
        this.readers = readers;
    }

    /** Age of the oldest unpublished change, as last measured. */
    public double lagSeconds() {
        return lagSeconds;
    }

    /** How long the last confirmed change took to the mirror, or how old the oldest is that waits, whichever is more. */
    public double syncLagMillis() {
        return Math.max(confirmedAfterMillis, lagSeconds * 1_000);
    }

    /** Ends after the round under way. */
    public void close() {
        closed = true;
        news.raise();
    }

    @Override
    public void run() {
        Backoff backoff = new Backoff(100, Backoff.BRIEFLY_MILLIS);
        try {
            boolean last = false;
            while (!last) {
                last = closed;
                try {
                    Round round = relay();
                    upkeep();
                    if (round.failed() > 0 && round.failed() == round.claimed()) {
                        TimeUnit.MILLISECONDS.sleep(backoff.nextMillis());
                    } else {
                        backoff.reset();
                    }
                    if (round.claimed() < MOST_ROWS) {
                        news.await(PAUSE_MILLIS);
                    }
                } catch (SQLException | RuntimeException e) {
                    log.atWarn().addKeyValue("error", e.toString()).log("relaying balances is tried again");
                    TimeUnit.MILLISECONDS.sleep(backoff.nextMillis());
                }
            }
        } catch (InterruptedException e) {
            log.atInfo().log("relay interrupted; unpublished balances stay in the outbox");
        }
    }

    /**
     * One round.
     *
     * @param failed rows that the mirror did not confirm
     */
    record Round(int claimed, int failed) {}

    Round relay() throws SQLException, InterruptedException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            List<OutboxTable.Row> rows = OutboxTable.claim(connection, MOST_ROWS);
            if (rows.isEmpty()) {
                connection.rollback();
                return new Round(0, 0);
            }
            List<Long> confirmed = new ArrayList<>();
            List<Long> failed = new ArrayList<>();
            publish(rows, confirmed, failed);
            double waited = OutboxTable.markPublished(connection, confirmed);
            OutboxTable.putOff(connection, failed);
            connection.commit();
            if (!confirmed.isEmpty()) {
                confirmedAfterMillis = waited;
            }
            return new Round(rows.size(), failed.size());
        }
    }

    private void publish(List<OutboxTable.Row> rows, List<Long> confirmed, List<Long> failed)
            throws InterruptedException {
        List<Merged> merged = merge(rows);
        List<Boolean> answers = mirror.apply(merged.stream().map(Merged::update).toList());
        for (int i = 0; i < merged.size(); i++) {
            Merged update = merged.get(i);
            (answers.get(i) ? confirmed : failed).addAll(update.ids);
            if (answers.get(i)) {
                published.accept(update.tenantId);
            }
        }
        if (!failed.isEmpty()) {
            log.atWarn().addKeyValue("rows", failed.size()).log("the mirror did not take balances");
        }
    }

    /** Rows of one tenant in one round become one update: the newest balance, everybody's request ids. */
    private static List<Merged> merge(List<OutboxTable.Row> rows) {
        Map<String, Merged> open = new LinkedHashMap<>();
        List<Merged> all = new ArrayList<>();
        for (OutboxTable.Row row : rows) {
            Merged merged = open.get(row.tenantId());
            if (merged == null || merged.settled.size() + row.settled().size() > MOST_IDS) {
                merged = new Merged(row.tenantId());
                open.put(row.tenantId(), merged);
                all.add(merged);
            }
            merged.add(row);
        }
        return all;
    }

    private static final class Merged {
        private final String tenantId;
        private final List<Long> ids = new ArrayList<>();
        private final List<String> settled = new ArrayList<>();
        private final Map<BudgetBucket, BudgetSpent> budgets = new LinkedHashMap<>();
        private long balance;
        private long version = Long.MIN_VALUE;

        Merged(String tenantId) {
            this.tenantId = tenantId;
        }

        void add(OutboxTable.Row row) {
            ids.add(row.id());
            settled.addAll(row.settled());
            for (BudgetSpent spent : row.budgets()) {
                budgets.merge(spent.bucket(), spent, (a, b) -> a.version() > b.version() ? a : b);
            }
            if (row.version() > version) {
                version = row.version();
                balance = row.balanceNanoUsd();
            }
        }

        BalanceUpdate update() {
            return new BalanceUpdate(tenantId, balance, version, settled, List.copyOf(budgets.values()), false);
        }
    }

    private void upkeep() throws SQLException {
        long now = System.nanoTime();
        if (now - lagAtNanos > LAG_NANOS) {
            lagAtNanos = now;
            lagSeconds = Transactions.run(database, OutboxTable::lagSeconds);
        }
        if (now - prunedAtNanos > PRUNE_NANOS) {
            prunedAtNanos = now;
            Transactions.run(
                    database,
                    connection -> OutboxTable.prune(connection, KEEP_SECONDS, readers)
                            + BudgetRows.prune(connection)
                            + readers.upkeep(connection));
        }
    }
}
