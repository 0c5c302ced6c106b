package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.Ledger;
import io.hedgerow.testkit.load.LoadResult.Trace;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.ServedRequest;
import io.hedgerow.testkit.mock.ServedRequest.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What providers and clients saw of each request, and whether PostgreSQL has it so. */
final class CrashWitness {
    private final CrashBed bed;
    private final Map<String, Row> billed = new HashMap<>();
    private final Set<String> known = new HashSet<>();

    CrashWitness(CrashBed bed) {
        this.bed = bed;
    }

    /** A usage record. */
    private record Row(
            String requestId,
            String clientId,
            String status,
            @Nullable String provider,
            String source,
            long input,
            long output,
            long cost) {}

    /** How many answers were seen whole, and billed so. */
    int whole() {
        return billed.size();
    }

    /** Waits for the records of a load that has ended, and compares them with what was seen of it. */
    void compare(List<Trace> traces) throws SQLException {
        if (traces.isEmpty()) {
            return;
        }
        Map<String, Map<String, ServedRequest>> served = served(Load.clientIds(traces));
        Set<String> admitted = new HashSet<>(served.keySet());
        admitted.addAll(Load.admitted(traces));
        String load = traces.get(0).clientRequestId().replaceFirst("[0-9]+-[0-9]+$", "");
        await().untilAsserted(() -> assertThat(ids(rows(load)))
                .as("every request that reached a provider or was answered has a record")
                .containsAll(admitted));
        List<Row> rows = rows(load);
        assertThat(ids(rows))
                .as("nothing is recorded twice, nor without a request")
                .doesNotHaveDuplicates()
                .isSubsetOf(Load.clientIds(traces));
        Map<String, Row> byId = rows.stream().collect(Collectors.toMap(Row::clientId, row -> row));
        for (Trace trace : traces) {
            if (trace.outcome().equals("completed")) {
                whole(trace, Objects.requireNonNull(byId.get(trace.clientRequestId())), served);
            }
        }
        known.addAll(byId.keySet());
    }

    private void whole(Trace trace, Row row, Map<String, Map<String, ServedRequest>> served) {
        ServedRequest witness =
                served.getOrDefault(trace.clientRequestId(), Map.of()).get(String.valueOf(row.provider()));
        assertThat(witness).as(() -> row + " was served by its provider").isNotNull();
        assertThat(witness.outcome()).as(row::toString).isEqualTo(Outcome.COMPLETED);
        assertThat(witness.tokens()).as(row::toString).isEqualTo(trace.events());
        assertThat(row)
                .isEqualTo(new Row(
                        Objects.requireNonNull(trace.requestId()),
                        trace.clientRequestId(),
                        "completed",
                        row.provider(),
                        "provider",
                        CrashBed.PROMPT_TOKENS,
                        witness.tokens(),
                        CrashBed.PROMPT_TOKENS * CrashBed.INPUT_PRICE + witness.tokens() * CrashBed.OUTPUT_PRICE));
        billed.put(row.clientId(), row);
    }

    /** The last answer of each provider to each of the requests. */
    private Map<String, Map<String, ServedRequest>> served(Set<String> ids) {
        Map<String, Map<String, ServedRequest>> served = new HashMap<>();
        for (MockUpstream provider : bed.providers()) {
            await().untilAsserted(() -> assertThat(provider.stats().active()).isZero());
            for (ServedRequest request : provider.served()) {
                String id = String.valueOf(request.clientRequestId());
                if (ids.contains(id)) {
                    served.computeIfAbsent(id, key -> new HashMap<>())
                            .put(provider.settings().name(), request);
                }
            }
        }
        return served;
    }

    /** Redis says what PostgreSQL says, nothing was put aside, and every sum adds up. */
    void storesAgree() throws SQLException {
        await().untilAsserted(() -> assertThat(bed.mirrored()).isEqualTo(bed.settled()));
        assertThat(bed.rows("SELECT reason || ': ' || content FROM quarantine", row -> row.getString(1)))
                .isEmpty();
        assertThat(bed.number("SELECT coalesce(sum(cost_nano_usd), 0) FROM usage_records WHERE tenant_id = '"
                        + CrashBed.TENANT + "'"))
                .isEqualTo(CrashBed.OPENING_NANO_USD - bed.settled().nanoUsd());
        assertThat(Ledger.verify(bed.database()))
                .satisfies(report ->
                        assertThat(report.balanced()).as(report::toString).isTrue());
    }

    /** Nothing that was billed in any round has changed or gone since. */
    void nothingHasChanged() throws SQLException {
        List<Row> rows = rows("load-");
        assertThat(ids(rows)).doesNotHaveDuplicates().containsAll(known);
        assertThat(rows.stream().filter(row -> billed.containsKey(row.clientId())))
                .containsExactlyInAnyOrderElementsOf(billed.values());
        assertThat(bed.number("SELECT count(*) FROM open_requests")).isZero();
    }

    private List<Row> rows(String ids) throws SQLException {
        return bed.rows(
                "SELECT request_id, client_request_id, status, provider_id, usage_source, input_tokens, output_tokens,"
                        + " cost_nano_usd FROM usage_records WHERE client_request_id LIKE '" + ids + "%'",
                row -> new Row(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8)));
    }

    private static List<String> ids(List<Row> rows) {
        List<String> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.clientId()));
        return ids;
    }
}
