package io.hedgerow.billing.settlement;

import io.hedgerow.billing.store.PriceColumns;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Usage that became known after the settlement. It completes its attempt; where the tenant was charged an estimate for
 * that very attempt because the client had left, or is charged for attempts that lost, the charge is adjusted.
 */
final class LateUsages {
    private static final String FIND = """
            SELECT a.late, a.outcome, a.provider_id AS attempt_provider, a.provider_cost_nano_usd,
                a.input_tokens AS attempt_input, a.output_tokens AS attempt_output, r.*
            FROM attempts a JOIN usage_records r USING (request_id)
            WHERE a.request_id = ? AND a.n = ? FOR UPDATE""";
    private static final String COMPLETE_ATTEMPT = """
            UPDATE attempts SET input_tokens = ?, output_tokens = ?, provider_cost_nano_usd = ?, cost_known = true,
                late = true
            WHERE request_id = ? AND n = ?""";
    private static final String CORRECT_RECORD = """
            UPDATE usage_records SET input_tokens = ?, cached_input_tokens = ?, cache_write_tokens = ?,
                cache_write_1h_tokens = ?, output_tokens = ?, reasoning_tokens = ?, usage_source = ?
            WHERE request_id = ?""";
    private static final String CORRECT_COST = "UPDATE usage_records SET cost_nano_usd = ? WHERE request_id = ?";

    private final Connection connection;
    private final Totals totals;

    LateUsages(Connection connection, Totals totals) {
        this.connection = connection;
        this.totals = totals;
    }

    /** What came of one. */
    enum Outcome {
        /** It is applied, now or before. */
        APPLIED,
        /** There is no such attempt. */
        UNKNOWN,
        /** The attempt has been completed already, with other figures. */
        CONTRADICTION
    }

    /** Applies one, once. */
    Outcome apply(LateUsage usage) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, usage.requestId());
            find.setInt(2, usage.attempt());
            try (ResultSet row = find.executeQuery()) {
                if (!row.next()) {
                    return Outcome.UNKNOWN;
                }
                if (row.getBoolean("late")) {
                    return repeats(usage, row) ? Outcome.APPLIED : Outcome.CONTRADICTION;
                }
                complete(usage);
                // Who would pay for a correction is gone with the tenant: the record keeps what was charged.
                if (row.getString("tenant_id") != null) {
                    charge(usage, row);
                }
                return Outcome.APPLIED;
            }
        }
    }

    /** Whether the attempt says already what the usage does. Rows of former versions say nothing of the input. */
    private static boolean repeats(LateUsage usage, ResultSet row) throws SQLException {
        long input = row.getLong("attempt_input");
        return (input == 0 || input == usage.tokens().input())
                && row.getLong("attempt_output") == usage.tokens().output()
                && row.getLong("provider_cost_nano_usd") == usage.providerCostNanoUsd();
    }

    private void charge(LateUsage usage, ResultSet row) throws SQLException {
        String provider = row.getString("attempt_provider");
        String answered = row.getString("provider_id");
        String outcome = row.getString("outcome");
        boolean answer = provider != null && provider.equals(answered);
        if (answer && chargedByEstimate(row, outcome)) {
            UnitPrices prices = PriceColumns.prices(row);
            boolean withLosers = row.getBoolean("losers_charged");
            long former = withLosers ? prices.cost(PriceColumns.tokens(row)) : row.getLong("cost_nano_usd");
            correct(usage);
            adjust(usage, row, prices.cost(usage.tokens()) - former);
        } else if (!answer && answered != null && row.getBoolean("losers_charged") && givenUp(outcome)) {
            adjust(usage, row, usage.providerCostNanoUsd() - row.getLong("provider_cost_nano_usd"));
        }
    }

    private static boolean chargedByEstimate(ResultSet row, String outcome) throws SQLException {
        return row.getString("status").equals(UsageStatus.CLIENT_ABORTED.wireName())
                && row.getString("usage_source").equals(UsageSource.ESTIMATED.wireName())
                && (outcome.equals("client_aborted") || outcome.equals("won"));
    }

    private static boolean givenUp(String outcome) {
        return outcome.equals("lost") || outcome.equals("client_aborted");
    }

    private void complete(LateUsage usage) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(COMPLETE_ATTEMPT)) {
            update.setLong(1, usage.tokens().input());
            update.setLong(2, usage.tokens().output());
            update.setLong(3, usage.providerCostNanoUsd());
            update.setString(4, usage.requestId());
            update.setInt(5, usage.attempt());
            update.executeUpdate();
        }
    }

    private void correct(LateUsage usage) throws SQLException {
        TokenUsage tokens = usage.tokens();
        try (PreparedStatement update = connection.prepareStatement(CORRECT_RECORD)) {
            update.setLong(1, tokens.input());
            update.setLong(2, tokens.cachedInput());
            update.setLong(3, tokens.cacheWrite());
            update.setLong(4, tokens.cacheWriteHour());
            update.setLong(5, tokens.output());
            update.setLong(6, tokens.reasoning());
            update.setString(7, UsageSource.PROVIDER.wireName());
            update.setString(8, usage.requestId());
            update.executeUpdate();
        }
    }

    private void adjust(LateUsage usage, ResultSet row, long delta) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(CORRECT_COST)) {
            update.setLong(1, row.getLong("cost_nano_usd") + delta);
            update.setString(2, usage.requestId());
            update.executeUpdate();
        }
        String tenant = row.getString("tenant_id");
        totals.adjust(
                "late:" + usage.requestId() + ":" + usage.attempt(),
                new Totals.Booking(
                        usage.requestId(),
                        Totals.account(tenant),
                        tenant,
                        row.getString("key_id"),
                        BudgetBucket.parseNames(row.getString("budgets"))),
                delta);
    }
}
