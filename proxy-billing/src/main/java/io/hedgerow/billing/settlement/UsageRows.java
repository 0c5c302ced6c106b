package io.hedgerow.billing.settlement;

import io.hedgerow.billing.settlement.References.Column;
import io.hedgerow.billing.store.BulkInsert;
import io.hedgerow.billing.store.PriceColumns;
import io.hedgerow.billing.store.SqlErrors;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.UsageRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes records and their attempts; a reference that is gone becomes NULL. */
final class UsageRows {
    private final References references;
    private final BulkInsert<Charge> records;
    private final BulkInsert<AttemptRow> attempts;

    private record AttemptRow(String requestId, AttemptRecord attempt) {}

    UsageRows(References references) {
        this.references = references;
        this.records = records();
        this.attempts = attempts();
    }

    /**
     * Inserts those that are not there yet and returns their ids. What refers to a key, tenant or provider that was
     * deleted since {@link References#reconcile} is repaired once per column; a savepoint keeps the transaction alive.
     */
    Set<String> insert(Connection connection, List<Charge> charges) throws SQLException {
        while (true) {
            Savepoint savepoint = connection.setSavepoint();
            try {
                Set<String> inserted = records.executeReturning(connection, charges);
                attempts.execute(connection, attemptsOf(charges, inserted));
                connection.releaseSavepoint(savepoint);
                return inserted;
            } catch (SQLException e) {
                Optional<Column> column = SqlErrors.violatedForeignKey(e).flatMap(Column::ofConstraint);
                if (column.isEmpty()) {
                    throw e;
                }
                connection.rollback(savepoint);
                if (!references.repair(connection, column.get())) {
                    throw e;
                }
            }
        }
    }

    /** Removes records with their attempts, to be written anew in the same transaction. */
    static void delete(Connection connection, List<String> requestIds) throws SQLException {
        for (String table : List.of("attempts", "usage_records")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM " + table + " WHERE request_id = ANY(?)")) {
                statement.setArray(1, SqlText.array(connection, requestIds));
                statement.executeUpdate();
            }
        }
    }

    private static List<AttemptRow> attemptsOf(List<Charge> charges, Set<String> inserted) {
        List<AttemptRow> rows = new ArrayList<>();
        for (Charge charge : charges) {
            if (inserted.contains(SqlText.clean(charge.requestId()))) {
                charge.record().attempts().forEach(a -> rows.add(new AttemptRow(charge.requestId(), a)));
            }
        }
        return rows;
    }

    private BulkInsert<Charge> records() {
        BulkInsert.Builder<Charge> insert = new BulkInsert.Builder<Charge>("usage_records")
                .text("request_id", Charge::requestId)
                .column("fingerprint", "bytea", Charge::fingerprint)
                .text("client_request_id", of(UsageRecord::clientRequestId))
                .text(
                        "tenant_id",
                        c -> references.existing(Column.TENANT, c.record().tenantId()))
                .text("key_id", c -> references.existing(Column.KEY, c.record().keyId()))
                .text("model", of(UsageRecord::model))
                .text("dialect", of(UsageRecord::dialect))
                .text(
                        "provider_id",
                        c -> references.existing(Column.PROVIDER, c.record().providerId()))
                .text("upstream_model", of(UsageRecord::upstreamModel))
                .text("status", of(usage -> usage.status().wireName()))
                .column("http_status", "int4", of(UsageRecord::httpStatus))
                .text("usage_source", of(usage -> usage.source().wireName()))
                .bigint("cost_nano_usd", of(UsageRecord::costNanoUsd))
                .bigint("started_at_micros", of(UsageRecord::startedAtMicros))
                .bigint("ttft_micros", of(UsageRecord::ttftMicros))
                .bigint("duration_micros", of(UsageRecord::durationMicros))
                .column("hedged", "bool", of(UsageRecord::hedged))
                .column("clamped", "bool", of(UsageRecord::clamped))
                .column("losers_charged", "bool", of(UsageRecord::losersCharged))
                .text("budgets", of(usage -> BudgetBucket.names(usage.budgets())));
        PriceColumns.tokens(insert, charge -> charge.record().tokens());
        return PriceColumns.prices(insert, charge -> charge.record().unitPrices())
                .ending("ON CONFLICT (request_id) DO NOTHING RETURNING request_id");
    }

    private BulkInsert<AttemptRow> attempts() {
        return new BulkInsert.Builder<AttemptRow>("attempts")
                .text("request_id", AttemptRow::requestId)
                .column("n", "int4", row -> row.attempt().n())
                .text(
                        "provider_id",
                        row -> references.existing(
                                Column.PROVIDER, row.attempt().providerId()))
                .text("upstream_model", row -> row.attempt().upstreamModel())
                .text("reason", row -> row.attempt().reason().name().toLowerCase(Locale.ROOT))
                .text("outcome", row -> row.attempt().outcome().name().toLowerCase(Locale.ROOT))
                .bigint("started_at_micros", row -> row.attempt().startedAtMicros())
                .bigint("ttft_micros", row -> row.attempt().ttftMicros())
                .bigint("duration_micros", row -> row.attempt().durationMicros())
                .column("http_status", "int4", row -> row.attempt().httpStatus())
                .text("error_kind", row -> row.attempt().errorKind())
                .bigint("input_tokens", row -> row.attempt().inputTokens())
                .bigint("output_tokens", row -> row.attempt().outputTokens())
                .bigint("provider_cost_nano_usd", row -> row.attempt().providerCostNanoUsd())
                .column("cost_known", "bool", row -> row.attempt().costKnown())
                .ending("");
    }

    private static Function<Charge, @Nullable Object> of(Function<UsageRecord, @Nullable Object> value) {
        return charge -> value.apply(charge.record());
    }
}
