package io.hedgerow.billing;

import io.hedgerow.billing.account.Accounts;
import io.hedgerow.billing.charge.AbandonedRecords;
import io.hedgerow.billing.estimate.Estimator;
import io.hedgerow.billing.journal.Journal;
import io.hedgerow.billing.journal.JournalSettings;
import io.hedgerow.billing.key.Keyring;
import io.hedgerow.billing.key.RevisionWatch;
import io.hedgerow.billing.migrate.MigrationException;
import io.hedgerow.billing.month.MonthKeeper;
import io.hedgerow.billing.orphan.Heartbeat;
import io.hedgerow.billing.orphan.Node;
import io.hedgerow.billing.orphan.OpenRequestLog;
import io.hedgerow.billing.orphan.OrphanSweeper;
import io.hedgerow.billing.query.Queries;
import io.hedgerow.billing.settlement.Drainer;
import io.hedgerow.billing.settlement.QuarantineDesk;
import io.hedgerow.billing.settlement.QuarantineMeter;
import io.hedgerow.billing.settlement.Settlements;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.tenant.TenantSeeds;
import io.hedgerow.billing.webhook.WebhookDesk;
import io.hedgerow.core.port.AccountAdmin;
import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceSource;
import io.hedgerow.core.port.EventStream;
import io.hedgerow.core.port.KeyDirectory;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.Notices;
import io.hedgerow.core.port.QuarantineAdmin;
import io.hedgerow.core.port.TenantSeed;
import io.hedgerow.core.port.TokenEstimator;
import io.hedgerow.core.port.UsageJournal;
import io.hedgerow.core.port.UsageQueries;
import io.hedgerow.core.port.UsageSummaries;
import io.hedgerow.core.port.WebhookAdmin;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The billing of one node. What it hands out is thread-safe and never blocks; the work is done on threads of its own.
 *
 * <p>Owned by whoever opened it. Close it after the last settlement was appended.
 */
public final class Billing implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Billing.class);

    private final Journal journal;
    private final Database database;
    private final Queries queries;
    private final Estimator estimator = new Estimator();
    private final Keyring keys;
    private final Thread keyLoading;
    private final Thread keyWatching;
    private final Accounts accounts;
    private final TenantSeeds seeds;
    private final Schema schema;
    private final Drainer drainer;
    private final Thread draining;
    private final Upkeep upkeep;
    private final Signal settled = new Signal();
    private final Feeds feeds;
    private final WebhookDesk webhookDesk;
    private final QuarantineDesk quarantineDesk;
    private final MeterRegistry meters;
    private @Nullable Mirroring mirroring;
    private boolean closed;

    private Billing(BillingSettings settings, MeterRegistry meters, Journal journal, Node node) {
        this.meters = meters;
        this.journal = journal;
        this.database = Database.open(settings.database());
        this.queries = new Queries(database.pool());
        this.keys = new Keyring(database.pool(), database::up, meters);
        this.keyLoading = Threads.daemon("hedgerow-keys-load", keys.loading());
        this.keyWatching = Threads.daemon("hedgerow-keys-watch", new RevisionWatch(keys, this::databaseUp));
        this.accounts = new Accounts(database.pool(), keys, settled);
        this.seeds = new TenantSeeds(database.pool(), keys::look);
        MonthKeeper months = new MonthKeeper(database.pool());
        this.schema = new Schema(database, months);
        this.feeds = new Feeds(settings.database(), schema, meters);
        this.webhookDesk = new WebhookDesk(database.pool(), feeds::wake);
        Counter orphans = meters.counter(MeterNames.ORPHANS);
        Settlements settlements = new Settlements(database.pool(), node.id(), meters);
        this.quarantineDesk = new QuarantineDesk(database.pool(), settlements, settled);
        OpenRequestLog openRequests = new OpenRequestLog(database.pool(), node);
        Drainer.Steps steps = new Drainer.Steps(seeds::apply, openRequests::note, openRequests::publish);
        this.drainer = new Drainer(journal, settlements, steps, settled);
        this.draining = Threads.daemon("hedgerow-billing-drain", this::drain);
        Heartbeat heartbeat = new Heartbeat(database.pool(), node, settings.lease(), drainer::caughtUp);
        OrphanSweeper.Judge judge = new OrphanSweeper.Judge(node.id(), () -> heartbeat.steadyFor(settings.lease()));
        OrphanSweeper sweeper = new OrphanSweeper(database.pool(), settlements, settings.lease(), orphans, judge);
        this.upkeep = new Upkeep(
                database,
                schema,
                new Upkeep.Duties(heartbeat, sweeper, new QuarantineMeter(database.pool(), meters), months),
                settings.lease());
        abandonOrphans(orphans);
    }

    /**
     * Opens the billing. PostgreSQL may be away: then the journal accepts, and everything else starts as soon as it is
     * there. If it is there, it is migrated before this returns.
     *
     * @throws IOException when the data directory can't be used or another process uses it
     * @throws MigrationException when the database's history does not fit this version
     */
    public static Billing open(BillingSettings settings, MeterRegistry meters) throws IOException {
        Journal journal = Journal.open(
                JournalSettings.of(
                        settings.dataDir().resolve("journal"), settings.journalMaxBytes(), settings.groupDelay()),
                meters);
        try {
            Node node = NodeFiles.start(settings.dataDir(), settings.nodeId());
            Billing billing = new Billing(settings, meters, journal, node);
            billing.start();
            return billing;
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** The journal that core appends to. */
    public UsageJournal journal() {
        return journal;
    }

    /** Reads of what is settled. */
    public UsageQueries queries() {
        return queries;
    }

    /** Sums of what is settled. */
    public UsageSummaries summaries() {
        return queries;
    }

    /** Keys that are not in the configuration. */
    public KeyDirectory keys() {
        return keys;
    }

    /** What an operator does with tenants and keys. */
    public AccountAdmin accounts() {
        return accounts;
    }

    /** Tells other nodes of changed keys, and hears of theirs; without it they are noticed a little later. */
    public void connect(Notices notices) {
        keys.connect(notices);
    }

    /** Settled balances, for a cold mirror. */
    public BalanceSource balances() {
        return queries;
    }

    /** Counts tokens. */
    public TokenEstimator estimator() {
        return estimator;
    }

    /**
     * Upserts the configuration's tenants and keys; an existing balance is never touched, and keys that left the
     * configuration count as revoked. Completes when PostgreSQL has them, which is
     * later if it is away; whatever is journaled after this call is settled after it.
     */
    public CompletionStage<Void> seedTenants(List<TenantSeed> tenants) {
        return seeds.add(tenants);
    }

    /** Starts to carry balances to the mirror and to repair it. Once. */
    public synchronized void startRelay(BalanceMirror mirror) {
        if (mirroring != null || closed) {
            throw new IllegalStateException("the relay is started once, while the billing is open");
        }
        Mirroring started = new Mirroring(database.pool(), mirror, settled, feeds, meters);
        mirroring = started;
        schema.onReady(started::start);
    }

    /** Starts to tell other systems of events. Once. */
    public void startFeeds(EventStream stream, FeedSettings settings) {
        feeds.start(stream, settings);
    }

    /** Tells others from now on, or otherwise. */
    public void changeFeeds(FeedSettings settings) {
        feeds.apply(settings);
    }

    /** What an operator does with webhooks. */
    public WebhookAdmin webhooks() {
        return webhookDesk;
    }

    /** What an operator does with what could not be settled. */
    public QuarantineAdmin quarantine() {
        return quarantineDesk;
    }

    /** Whether PostgreSQL answers and has the schema. */
    public boolean databaseUp() {
        return database.up() && schema.usable();
    }

    /** Completes when the schema is usable; exceptionally with {@link MigrationException} if it never will be. */
    public CompletionStage<Void> ready() {
        return schema.ready().minimalCompletionStage();
    }

    /**
     * Drains what is journaled as far as PostgreSQL is there, a few seconds at most, then closes everything. What is
     * left stays in the journal for the next start.
     */
    @Override
    public void close() throws IOException {
        Mirroring relay;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            relay = mirroring;
        }
        schema.close();
        drainer.close();
        Threads.end(draining, database.up() ? TimeUnit.SECONDS.toMillis(5) : 100);
        if (relay != null) {
            relay.close();
        }
        feeds.close();
        webhookDesk.close();
        quarantineDesk.close();
        upkeep.close();
        keyWatching.interrupt();
        keys.close();
        accounts.close();
        queries.close();
        estimator.close();
        journal.close();
        database.close();
    }

    private void start() {
        try {
            if (database.probe()) {
                schema.bringUpToDate();
            }
        } catch (MigrationException e) {
            upkeep.close();
            database.close();
            throw e;
        }
        draining.start();
        keyLoading.start();
        keyWatching.start();
        upkeep.start();
    }

    private void drain() {
        if (schema.awaitUsable()) {
            drainer.run();
        }
    }

    /** What a former run of this node left open is closed as abandoned, by way of the journal. */
    private void abandonOrphans(Counter counter) {
        List<Journal.Orphan> orphans = journal.orphans();
        long nowMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        CompletableFuture<?>[] settling = orphans.stream()
                .map(orphan -> AbandonedRecords.of(orphan.admitted(), orphan.progress(), nowMicros))
                .map(usage -> journal.settled(usage).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        if (settling.length > 0) {
            counter.increment(settling.length);
            awaitJournaled(CompletableFuture.allOf(settling));
            log.atWarn().addKeyValue("requests", settling.length).log("requests of a former run closed as abandoned");
        }
    }

    /** So that whoever sees the end of the journal has seen them. */
    private static void awaitJournaled(CompletableFuture<Void> settling) {
        try {
            settling.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("the journal fails; abandoned requests are closed when it is back");
        }
    }
}
