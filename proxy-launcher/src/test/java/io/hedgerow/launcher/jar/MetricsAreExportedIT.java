package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the dashboard and the alert rules ask for is there to be asked for. */
@Tag("S17")
@ExtendWith({SharedGateway.Resolver.class, LogsOnFailure.class})
class MetricsAreExportedIT {
    private static final Path OPS =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("ops");
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:hedgerow|routing|billing|quota|gen_ai_server|gen_ai_client)_[a-z_]+\\b");

    /** Exported once there was a hedge, a wait for a slot or a refusal, or where there is a stream or a webhook. */
    private static final Set<String> ONCE_USED = Set.of(
            "hedgerow_hedge_launched_total",
            "hedgerow_hedge_won_total",
            "hedgerow_hedge_denied_total",
            "hedgerow_hedge_saved_seconds_sum",
            "hedgerow_hedge_saved_seconds_count",
            "hedgerow_queue_wait_seconds_count",
            "hedgerow_events_lag_seconds",
            "hedgerow_webhook_deliveries_total",
            "hedgerow_webhook_dead_letters",
            "hedgerow_refused_total",
            "routing_affinity_hit_rate");

    private final SharedGateway shared;

    MetricsAreExportedIT(SharedGateway shared) {
        this.shared = shared;
    }

    @Test
    void everyMetricOfTheDashboardAndTheRulesIsExported() throws Exception {
        Set<String> asked = asked();
        assertThat(asked).contains("quota_redis_db_diff", "hedgerow_slots_leaked", "hedgerow_outbox_lag_seconds");
        asked.removeAll(ONCE_USED);
        await().untilAsserted(() -> assertThat(exported()).containsAll(asked));
    }

    @Test
    void theContractsMetersOfMoneyMove() throws Exception {
        await().untilAsserted(() -> {
            assertThat(value("quota_sync_lag_ms")).isPositive();
            assertThat(value("hedgerow_billing_commit_seconds_count")).isPositive();
        });
        assertThat(exported())
                .contains(
                        "quota_redis_db_diff",
                        "billing_transaction_rollback_count_total",
                        "billing_orphan_usage_record_count_total",
                        "cache_warm_race_count_total");
    }

    private static Set<String> asked() throws IOException {
        Set<String> asked = new TreeSet<>();
        JsonNode dashboard = new ObjectMapper()
                .readTree(OPS.resolve("grafana").resolve("hedgerow.json").toFile());
        dashboard.findValues("expr").forEach(expression -> asked.addAll(metrics(expression.textValue())));
        for (String line : Files.readAllLines(OPS.resolve("prometheus").resolve("hedgerow-alerts.yml"))) {
            if (line.strip().startsWith("expr:")) {
                asked.addAll(metrics(line));
            }
        }
        return asked;
    }

    private static Set<String> metrics(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher found = METRIC.matcher(expression);
        while (found.find()) {
            names.add(found.group());
        }
        return names;
    }

    private Set<String> exported() {
        return shared.admin()
                .metrics()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    private double value(String metric) {
        return shared.admin()
                .metrics()
                .lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                .max()
                .orElse(0);
    }
}
