package io.hedgerow.billing.outbox;

import io.hedgerow.billing.budget.BudgetRows;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetSpent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the mirror with PostgreSQL and repairs it: each second the tenants that changed lately and a page of all the
 * others; everybody at once as soon as one is missing that was there, which is what a flushed store looks like.
 *
 * <p>The mirror is read first: PostgreSQL can then not be behind it, unless the mirror is wrong.
 */
public final class DriftRepair implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(DriftRepair.class);
    private static final int RECENT = 64;
    private static final int PAGE = 200;
    private static final long PAUSE_MILLIS = 500;
    private static final long REPEAT_SECONDS = 120;
    private static final String NEXT_TENANTS = "SELECT id FROM tenants WHERE id > ? ORDER BY id LIMIT ?";
    private static final String BALANCES =
            "SELECT id, balance_nano_usd, version FROM tenants WHERE id = ANY(?) ORDER BY id";
    private static final String OVERTAKE = """
            UPDATE tenants SET version = greatest(version, ?) + 1, updated_at = now() WHERE id = ?
            RETURNING id, balance_nano_usd, version""";

    private final DataSource database;
    private final MirrorCalls mirror;
    private final DriftMeter meter;
    /** Tenants that changed lately, and whether the mirror has been seen to have all of their budgets. */
    private final Map<String, Boolean> recent = new LinkedHashMap<>(RECENT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > RECENT;
        }
    };

    private String pageAfter = "";
    private volatile boolean closed;

    /** Compares {@code mirror} with the balances in {@code database}. */
    public DriftRepair(DataSource database, BalanceMirror mirror, DriftMeter meter) {
        this.database = database;
        this.mirror = new MirrorCalls(mirror);
        this.meter = meter;
    }

    /** A tenant changed lately: it is looked at each second. Any thread. */
    public void changed(String tenantId) {
        synchronized (recent) {
            recent.putIfAbsent(tenantId, Boolean.FALSE);
        }
    }

    /** Ends after the round under way. */
    public void close() {
        closed = true;
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                try {
                    round();
                } catch (SQLException | RuntimeException e) {
                    log.atDebug().addKeyValue("error", e.toString()).log("drift repair is tried again");
                }
            }
        } catch (InterruptedException e) {
            log.atDebug().log("drift repair interrupted");
        }
    }

    private void round() throws SQLException, InterruptedException {
        List<String> tenants;
        synchronized (recent) {
            tenants = new ArrayList<>(recent.keySet());
        }
        List<String> page = page(pageAfter);
        pageAfter = page.size() < PAGE ? "" : page.get(page.size() - 1);
        page.stream().filter(tenant -> !tenants.contains(tenant)).forEach(tenants::add);
        DriftMeter.Round found = new DriftMeter.Round();
        List<String> missing = repair(tenants, found);
        if (knew(missing)) {
            rebuild(found);
        }
        meter.compared(found);
    }

    /** Notes whether all of a tenant is mirrored; whether it was before. */
    private boolean note(String tenantId, boolean whole) {
        synchronized (recent) {
            return Boolean.TRUE.equals(recent.replace(tenantId, whole));
        }
    }

    private boolean knew(List<String> missing) {
        synchronized (recent) {
            return missing.stream().anyMatch(recent::containsKey);
        }
    }

    /** Everybody, page by page. */
    private void rebuild(DriftMeter.Round found) throws SQLException, InterruptedException {
        log.atWarn().log("the mirror has lost balances; rebuilding it");
        List<String> page = page("");
        while (!page.isEmpty() && !closed) {
            repair(page, found);
            page = page(page.get(page.size() - 1));
        }
    }

    /** Repairs those that differ; returns those that were missing. */
    private List<String> repair(List<String> tenants, DriftMeter.Round found)
            throws SQLException, InterruptedException {
        if (tenants.isEmpty()) {
            return List.of();
        }
        Map<String, Optional<MirroredBalance>> mirrored = mirror.read(tenants);
        List<BalanceUpdate> repairs = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (BalanceUpdate settled : balances(tenants)) {
            Optional<MirroredBalance> copy = mirrored.get(settled.tenantId());
            if (copy == null) {
                continue;
            }
            found.add(settled, copy.orElse(null));
            boolean whole = copy.isPresent() && copy.get().complete();
            boolean wasWhole = note(settled.tenantId(), whole);
            if (copy.isEmpty() || (wasWhole && !whole)) {
                missing.add(settled.tenantId());
                repairs.add(settled);
            } else if (!whole) {
                repairs.add(settled);
            } else {
                repaired(settled, copy.get()).ifPresent(repairs::add);
            }
        }
        mirror.apply(repairs);
        if (!missing.isEmpty()) {
            Transactions.run(database, connection -> {
                OutboxTable.repeat(connection, missing, REPEAT_SECONDS);
                return missing.size();
            });
        }
        return missing;
    }

    private Optional<BalanceUpdate> repaired(BalanceUpdate settled, MirroredBalance copy) throws SQLException {
        BudgetDrift drift = BudgetDrift.between(settled, copy);
        boolean same = copy.version() == settled.version() && copy.balanceNanoUsd() == settled.balanceNanoUsd();
        if (same && drift.none()) {
            return Optional.empty();
        }
        if (same ? !drift.mirrorIsAhead() : copy.version() < settled.version()) {
            return Optional.of(settled);
        }
        log.atWarn()
                .addKeyValue("tenant", settled.tenantId())
                .addKeyValue("mirror_version", copy.version())
                .addKeyValue("version", settled.version())
                .log("the mirror holds a balance that PostgreSQL never had; overtaking it");
        return overtake(settled.tenantId(), copy).map(drift::withoutForeign);
    }

    private Optional<BalanceUpdate> overtake(String tenantId, MirroredBalance copy) throws SQLException {
        return Transactions.run(database, connection -> {
            try (PreparedStatement update = connection.prepareStatement(OVERTAKE)) {
                update.setLong(1, BudgetDrift.highestVersion(copy));
                update.setString(2, tenantId);
                List<Balance> overtaken = read(update);
                if (!overtaken.isEmpty()) {
                    BudgetRows.overtake(connection, tenantId, overtaken.get(0).version());
                }
                return withBudgets(connection, overtaken).stream().findFirst();
            }
        });
    }

    private List<BalanceUpdate> balances(List<String> tenants) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(BALANCES)) {
            query.setArray(1, SqlText.array(connection, tenants));
            return withBudgets(connection, read(query));
        }
    }

    private record Balance(String tenantId, long nanoUsd, long version) {}

    private static List<Balance> read(PreparedStatement query) throws SQLException {
        List<Balance> balances = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                balances.add(new Balance(rows.getString(1), rows.getLong(2), rows.getLong(3)));
            }
        }
        return balances;
    }

    private static List<BalanceUpdate> withBudgets(Connection connection, List<Balance> balances) throws SQLException {
        Map<String, List<BudgetSpent>> budgets = BudgetRows.live(
                connection, balances.stream().map(Balance::tenantId).toList());
        return balances.stream()
                .map(of -> new BalanceUpdate(
                        of.tenantId(),
                        of.nanoUsd(),
                        of.version(),
                        List.of(),
                        budgets.getOrDefault(of.tenantId(), List.of()),
                        true))
                .toList();
    }

    private List<String> page(String after) throws SQLException {
        List<String> page = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(NEXT_TENANTS)) {
            query.setString(1, after);
            query.setInt(2, PAGE);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    page.add(rows.getString(1));
                }
            }
        }
        return page;
    }
}
