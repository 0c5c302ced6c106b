package io.hedgerow.redis.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.Estimate;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.redis.RedisStores;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B11")
class StoresTimePicksTheBucketTest {
    private static final MoneyRules RULES = new MoneyRules(Duration.ofSeconds(30), false, Duration.ofSeconds(1));
    private static final List<BudgetLimit> BUDGETS = List.of(
            BudgetLimit.ofTenant(BudgetWindow.FIVE_HOURS, true, ZoneOffset.UTC, 100),
            BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneOffset.UTC, 100),
            BudgetLimit.ofTenant(BudgetWindow.TOTAL, false, ZoneOffset.UTC, 100));

    private final RedisClient client = RedisClient.create(TestStores.redis().url());

    @AfterEach
    void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3_600_000, 3_600_000, -40L * 86_400_000})
    void aNodeWhoseClockIsWrongIsToldTheTimeAndPicksAgain(long wrong) throws IOException {
        RedisCommands<String, String> redis = client.connect().sync();
        StoreClock clock = new StoreClock(() -> System.currentTimeMillis() + wrong);
        AdmissionRequest request = new AdmissionRequest(
                "r1",
                "t",
                "k",
                new KeyLimits(0, 0, 0),
                new AdmissionRequest.TenantLimits(false, 0, 0),
                BUDGETS,
                new Estimate(5, 0));
        String base = "clock" + System.nanoTime() + ":{t}:";
        String[] keys = IntStream.range(0, 7).mapToObj(i -> base + i).toArray(String[]::new);
        redis.hset(keys[0], "complete", "1");

        long before = System.currentTimeMillis();
        List<Object> told = admit(redis, keys, request, clock);
        assertThat(told.get(0)).isEqualTo("clock");
        List<Object> admitted = told;
        // Once, unless a window begins just now.
        for (int i = 0; i < 3 && admitted.get(0).equals("clock"); i++) {
            clock.learn((Long) admitted.get(1));
            admitted = admit(redis, keys, request, clock);
        }
        long now = System.currentTimeMillis();

        assertThat(admitted.get(0)).isEqualTo("admitted");
        List<BudgetBucket> buckets = Where.parse((String) admitted.get(5)).buckets();
        for (int i = 0; i < BUDGETS.size(); i++) {
            assertThat(List.of(BUDGETS.get(i).bucketAt(before), BUDGETS.get(i).bucketAt(now)))
                    .contains(buckets.get(i));
        }
    }

    private static List<Object> admit(
            RedisCommands<String, String> redis, String[] keys, AdmissionRequest request, StoreClock clock)
            throws IOException {
        String script = source("clock") + source("account") + source("budgets") + source("admit");
        return redis.eval(
                script,
                ScriptOutputType.MULTI,
                keys,
                AdmitScript.admit(request, RULES, "e", true, clock.pick(request.budgets())));
    }

    private static String source(String part) throws IOException {
        try (InputStream in = RedisStores.class.getResourceAsStream(part + ".lua")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
