package io.hedgerow.launcher.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.AttemptRecord.Reason;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B6")
class UsageJsonTest {
    @Test
    void whatWasDeletedSinceIsNull() {
        AttemptRecord attempt =
                new AttemptRecord(1, "", "m", Reason.PRIMARY, Outcome.WON, 1, 1L, 1, 200, null, 1, 1, 1, true);
        JsonNode json = UsageJson.record(new UsageRecord(
                "r-1",
                null,
                "",
                "",
                "gpt-fast",
                "openai",
                null,
                null,
                UsageStatus.COMPLETED,
                200,
                new TokenUsage(1, 0, 0, 1, 0),
                UsageSource.PROVIDER,
                UnitPrices.FREE,
                0,
                1,
                1L,
                1,
                false,
                false,
                List.of(attempt),
                List.of(),
                false));

        assertThat(json.path("tenant_id").isNull()).isTrue();
        assertThat(json.path("key_id").isNull()).isTrue();
        assertThat(json.path("provider_id").isNull()).isTrue();
        assertThat(json.path("attempts").path(0).path("provider_id").isNull()).isTrue();
    }
}
