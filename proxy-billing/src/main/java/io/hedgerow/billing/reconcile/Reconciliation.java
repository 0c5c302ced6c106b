package io.hedgerow.billing.reconcile;

import io.hedgerow.billing.reconcile.Comparison.Figures;
import io.hedgerow.billing.store.BulkInsert;
import io.hedgerow.core.port.NanoUsd;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares a provider's usage export with the attempts at that provider. The export goes into a temporary table, and the
 * database joins: neither side is held in memory. Changes nothing. Blocks.
 */
public final class Reconciliation {
    private static final int BATCH = 1_000;
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final String TABLE =
            "CREATE TEMP TABLE invoice (key text, model text, input bigint, output bigint, cost numeric) ON COMMIT DROP";
    private static final BulkInsert<InvoiceLine> INSERT = new BulkInsert.Builder<InvoiceLine>("invoice")
            .text("key", InvoiceLine::key)
            .text("model", InvoiceLine::model)
            .bigint("input", InvoiceLine::inputTokens)
            .bigint("output", InvoiceLine::outputTokens)
            .column("cost", "numeric", InvoiceLine::cost)
            .ending("");
    private static final String DAYS = """
            SELECT (extract(epoch FROM min(key)::date) * 1000000)::bigint, (extract(epoch FROM max(key)::date) * 1000000)::bigint
            FROM invoice""";
    private static final String REQUESTS = """
            SELECT min(started_at_micros), max(started_at_micros) FROM usage_records JOIN invoice ON key = request_id""";

    /** What the tenant was charged for is in the record; of other attempts what is known or was estimated. */
    private static final String COMPARE = """
            WITH invoiced AS (
                SELECT key, model, count(*) AS lines, sum(input) AS input, sum(output) AS output, sum(cost) AS cost
                FROM invoice GROUP BY 1, 2),
            tried AS (
                SELECT CASE WHEN ? THEN to_char(to_timestamp(a.started_at_micros / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')
                        ELSE a.request_id END AS key,
                    CASE WHEN ? THEN a.upstream_model ELSE '' END AS model,
                    a.provider_id = r.provider_id AND a.outcome IN ('won', 'client_aborted') AS charged,
                    a.cost_known, a.input_tokens, a.output_tokens, a.provider_cost_nano_usd,
                    r.input_tokens AS charged_input, r.output_tokens AS charged_output
                FROM usage_records r JOIN attempts a USING (request_id)
                WHERE a.provider_id = ? AND a.outcome <> 'denied'
                    AND r.started_at_micros >= ? AND r.started_at_micros < ?
                    AND a.started_at_micros >= ? AND a.started_at_micros < ?),
            recorded AS (
                SELECT key, model, count(*) AS lines, count(*) FILTER (WHERE NOT cost_known) AS unknown,
                    sum(CASE WHEN charged THEN charged_input ELSE input_tokens END) AS input,
                    sum(CASE WHEN charged THEN charged_output ELSE output_tokens END) AS output,
                    sum(provider_cost_nano_usd) AS cost
                FROM tried GROUP BY 1, 2)
            SELECT coalesce(i.key, r.key), coalesce(i.model, r.model), i.lines, i.input, i.output, i.cost,
                r.lines, r.unknown, r.input, r.output, r.cost
            FROM invoiced i FULL JOIN recorded r ON i.key = r.key AND i.model = r.model ORDER BY 1, 2""";

    private final DataSource database;

    /**
     * What is compared.
     *
     * @param byRequest whether the lines' keys are request ids; else days in UTC
     * @param byModel whether models are told apart
     * @param sinceMicros from then on; null for the first day, or request, of the export
     * @param untilMicros before then; null for the end of the last day, or behind the last request, of the export
     */
    public record Question(
            String providerId,
            boolean byRequest,
            boolean byModel,
            @Nullable Long sinceMicros,
            @Nullable Long untilMicros) {}

    /** Lines one by one; null at the end. */
    public interface Lines {
        /** The next line. */
        @Nullable
        InvoiceLine next() throws IOException;
    }

    /** What is done with each comparison, in order of its key and model. */
    public interface Sink {
        /** Takes one. */
        void take(Comparison comparison) throws IOException;
    }

    /** Over this database. */
    public Reconciliation(DataSource database) {
        this.database = database;
    }

    /** The providers that something was sent to, by id. */
    public List<String> providers() throws SQLException {
        List<String> providers = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery("SELECT id FROM providers ORDER BY id")) {
            while (rows.next()) {
                providers.add(rows.getString(1));
            }
        }
        return providers;
    }

    /** Reads all lines, then hands on every comparison, those without a difference too. */
    public void run(Question question, Lines lines, Sink sink) throws SQLException, IOException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement table = connection.createStatement()) {
                table.execute(TABLE);
            }
            load(connection, lines);
            compare(connection, question, period(connection, question), sink);
            connection.rollback();
        }
    }

    private static void load(Connection connection, Lines lines) throws SQLException, IOException {
        List<InvoiceLine> batch = new ArrayList<>(BATCH);
        for (InvoiceLine line = lines.next(); line != null; line = lines.next()) {
            batch.add(line);
            if (batch.size() == BATCH) {
                INSERT.execute(connection, batch);
                batch.clear();
            }
        }
        INSERT.execute(connection, batch);
        try (Statement analyze = connection.createStatement()) {
            analyze.execute("ANALYZE invoice");
        }
    }

    private record Period(long sinceMicros, long untilMicros) {}

    private static Period period(Connection connection, Question question) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(question.byRequest() ? REQUESTS : DAYS);
                ResultSet row = query.executeQuery()) {
            row.next();
            long first = row.getLong(1);
            boolean empty = row.wasNull();
            long last = row.getLong(2) + (question.byRequest() ? 1 : DAY_MICROS);
            Long since = question.sinceMicros();
            Long until = question.untilMicros();
            return new Period(since != null ? since : empty ? 0 : first, until != null ? until : empty ? 0 : last);
        }
    }

    /** By request, a late attempt belongs to its request; by day, an attempt of after midnight to its own day. */
    private static void compare(Connection connection, Question question, Period period, Sink sink)
            throws SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement(COMPARE)) {
            query.setFetchSize(BATCH);
            query.setBoolean(1, !question.byRequest());
            query.setBoolean(2, question.byModel());
            query.setString(3, question.providerId());
            query.setLong(4, period.sinceMicros() - (question.byRequest() ? 0 : DAY_MICROS));
            query.setLong(5, period.untilMicros());
            query.setLong(6, period.sinceMicros());
            query.setLong(7, question.byRequest() ? Long.MAX_VALUE : period.untilMicros());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sink.take(comparison(row));
                }
            }
        }
    }

    private static Comparison comparison(ResultSet row) throws SQLException {
        long invoiced = row.getLong(3);
        long recorded = row.getLong(7);
        return new Comparison(
                row.getString(1),
                row.getString(2),
                invoiced == 0 ? null : new Figures(invoiced, 0, row.getLong(4), row.getLong(5), row.getBigDecimal(6)),
                recorded == 0
                        ? null
                        : new Figures(
                                recorded,
                                row.getLong(8),
                                row.getLong(9),
                                row.getLong(10),
                                NanoUsd.usd(row.getLong(11))));
    }
}
