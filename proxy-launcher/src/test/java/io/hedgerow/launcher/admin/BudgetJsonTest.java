package io.hedgerow.launcher.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.BalanceMirror.MirroredBudget;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.core.port.UsageQueries.TenantAccount;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("law6")
@Tag("B11")
class BudgetJsonTest {
    private static final long NOW = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();
    private static final BudgetLimit DAY =
            BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneId.of("Europe/Berlin"), 20_000_000_000L);
    private static final BudgetLimit RING =
            BudgetLimit.ofKey("k", BudgetWindow.FIVE_HOURS, true, ZoneOffset.UTC, 5_000_000_000L);
    private static final TenantConfig TENANT = new TenantConfig(
            "acme",
            null,
            0,
            List.of(DAY),
            List.of(new TenantConfig.KeyConfig("k", "00ff", 0, 0, 0, List.of(RING), Set.of())),
            0);

    private static BudgetSpent spent(BudgetLimit budget, long minutesAgo, long amount) {
        return new BudgetSpent(budget.bucketAt(NOW - minutesAgo * 60_000), amount, 1);
    }

    private static ArrayNode json(Optional<MirroredBalance> mirror) {
        List<BudgetSpent> settled = List.of(
                spent(DAY, 0, 1_500_000_000L),
                spent(DAY, 24 * 60, 7),
                spent(RING, 0, 2_000_000_000L),
                spent(RING, 200, 1_000_000_000L),
                spent(RING, 400, 9));
        ArrayNode array = Json.object().putArray("budgets");
        new BudgetJson(new TenantAccount("acme", true, 0, 1, 0, settled, List.of(), TenantBounds.NONE), mirror, NOW)
                .write(array, TENANT);
        return array;
    }

    @Test
    void eachBudgetHasBothStoresFiguresOfItsWindow() {
        List<MirroredBudget> copy = List.of(
                new MirroredBudget(spent(DAY, 0, 1_500_000_000L), 250_000_000L),
                new MirroredBudget(spent(RING, 0, 2_000_000_000L), 250_000_000L),
                new MirroredBudget(spent(RING, 400, 9), 9));
        assertThat(json(Optional.of(new MirroredBalance(0, 1, 0, 0, copy, true))))
                .hasToString("[{\"scope\":\"tenant\",\"key_id\":null,\"window\":\"day\",\"mode\":\"fixed\","
                        + "\"time_zone\":\"Europe/Berlin\",\"limit\":\"20\",\"spent\":\"1.5\",\"reserved\":\"0.25\","
                        + "\"resets_at\":\"2026-11-20T23:00:00.000000Z\","
                        + "\"redis\":{\"spent\":\"1.5\",\"reserved\":\"0.25\"}},"
                        + "{\"scope\":\"key\",\"key_id\":\"k\",\"window\":\"5h\",\"mode\":\"rolling\","
                        + "\"time_zone\":null,\"limit\":\"5\",\"spent\":\"3\",\"reserved\":\"0.25\",\"resets_at\":null,"
                        + "\"redis\":{\"spent\":\"2\",\"reserved\":\"0.25\"}}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Z", "Etc/UTC", "Asia/Kolkata"})
    void theTimeZoneIsCalledAsItWasConfiguredAndUtcWithoutOne(String zone) {
        List<BudgetLimit> budgets = List.of(
                BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneId.of(zone), 1),
                BudgetLimit.ofTenant(BudgetWindow.MONTH, false, ZoneOffset.UTC, 1));
        TenantAccount account = new TenantAccount("beta", true, 0, 1, 0, List.of(), budgets, TenantBounds.NONE);
        ArrayNode array = Json.object().putArray("budgets");
        new BudgetJson(account, Optional.empty(), NOW).write(array, null);
        assertThat(array.findValuesAsText("time_zone")).containsExactly(zone.equals("Z") ? "UTC" : zone, "UTC");
    }

    @Test
    void withoutRedisItsFiguresAreMissing() {
        ArrayNode array = json(Optional.empty());
        assertThat(array.get(0).get("redis").isNull()).isTrue();
        assertThat(array.get(0).get("reserved").isNull()).isTrue();
        assertThat(array.get(1).get("spent").asText()).isEqualTo("3");
    }

    @Test
    void aTenantThatOnlyTheDatabaseKnowsShowsTheBudgetsThatItKeeps() {
        TenantAccount account = new TenantAccount(
                "beta", true, 0, 1, 0, List.of(spent(DAY, 0, 3)), List.of(DAY, RING), TenantBounds.NONE);
        ArrayNode array = Json.object().putArray("budgets");
        new BudgetJson(account, Optional.empty(), NOW).write(array, null);
        assertThat(array.findValuesAsText("window")).containsExactly("day", "5h");
        assertThat(array.get(1).get("key_id").asText()).isEqualTo("k");
    }

    @Test
    void aKeyMadeAtRunTimeIsShownBesideTheFilesAndNoBudgetTwice() {
        BudgetLimit made = BudgetLimit.ofKey("made", BudgetWindow.TOTAL, false, ZoneOffset.UTC, 1);
        TenantAccount account =
                new TenantAccount("acme", true, 0, 1, 0, List.of(), List.of(RING, made), TenantBounds.NONE);
        ArrayNode array = Json.object().putArray("budgets");
        new BudgetJson(account, Optional.empty(), NOW).write(array, TENANT);
        assertThat(array.findValuesAsText("key_id")).containsExactly("null", "k", "made");
    }
}
