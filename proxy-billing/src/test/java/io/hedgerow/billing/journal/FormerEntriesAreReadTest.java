package io.hedgerow.billing.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.charge.Fingerprint;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.UsageRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that was updated finds entries in its journal that former versions wrote. */
@Tag("B4")
class FormerEntriesAreReadTest {
    private static final UsageRecord PLAIN = Samples.settled("r-1", 5);
    private static final UsageRecord BUDGETED = PLAIN.withBudgets(List.of(new BudgetBucket("total/tenant", 0, 0)));

    private static ByteBuffer encoded(UsageRecord record) {
        Packer to = new Packer(64);
        EntryCodec.encode(new JournalEntry.Settled(record), to);
        return to.view(0, to.size());
    }

    private static UsageRecord decoded(ByteBuffer body) {
        return ((JournalEntry.Settled) EntryCodec.decode(body)).record();
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(decoded(encoded(PLAIN))).isEqualTo(PLAIN);
        assertThat(decoded(encoded(BUDGETED))).isEqualTo(BUDGETED);
        UsageRecord untried = PLAIN.withAttempts(List.of());
        assertThat(decoded(encoded(untried))).isEqualTo(untried);
    }

    /** Two attempts' numbers of input tokens, a byte each, and before them the empty text where there are no budgets. */
    @Test
    void anEntryThatDoesNotTellTheInputOfAttemptsIsTheSameRecordButForIt() {
        UsageRecord former = PLAIN.withAttempts(PLAIN.attempts().stream()
                .map(attempt -> attempt.withInputTokens(0))
                .toList());
        assertThat(decoded(shortened(encoded(PLAIN), 3))).isEqualTo(former);
        assertThat(decoded(shortened(encoded(BUDGETED), 2))).isEqualTo(former.withBudgets(BUDGETED.budgets()));
        assertThat(PLAIN.attempts())
                .extracting(AttemptRecord::inputTokens)
                .doesNotContain(0L)
                .hasSize(2);
        assertThat(Fingerprint.of(former)).isEqualTo(Fingerprint.of(PLAIN));
    }

    private static ByteBuffer shortened(ByteBuffer body, int bytes) {
        return body.limit(body.limit() - bytes);
    }
}
