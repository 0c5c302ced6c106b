package io.hedgerow.billing.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.reconcile.Comparison.Figures;
import io.hedgerow.billing.reconcile.Comparison.Rules;
import io.hedgerow.billing.reconcile.Reconciliation.Question;
import io.hedgerow.billing.settlement.Settlements;
import io.hedgerow.billing.support.EventBed;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.TokenUsage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InvoicesAreComparedTest {
    /** Of the samples' start. */
    private static final String DAY = "2023-11-14";

    private static final Rules ALL = new Rules(true, true, true, new BigDecimal("0.01"));
    private static final Rules EXACT = new Rules(true, true, true, BigDecimal.ZERO);
    private EventBed bed;

    @BeforeEach
    void settleThree() throws Exception {
        bed = new EventBed();
        new Settlements(bed.pool(), "node", new SimpleMeterRegistry())
                .settle(IntStream.rangeClosed(1, 3)
                        .<JournalEntry>mapToObj(i -> new JournalEntry.Settled(Samples.settled("r-" + i, 5)))
                        .toList());
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private List<Comparison> compare(Question question, InvoiceLine... lines) throws Exception {
        Iterator<InvoiceLine> all = List.of(lines).iterator();
        List<Comparison> comparisons = new ArrayList<>();
        new Reconciliation(bed.pool()).run(question, () -> all.hasNext() ? all.next() : null, comparisons::add);
        return comparisons;
    }

    private static Question byDay(String provider) {
        return new Question(provider, false, true, null, null);
    }

    private static InvoiceLine line(String key, long input, long output, String cost) {
        return new InvoiceLine(key, "gpt-5-mini", input, output, new BigDecimal(cost));
    }

    @Test
    void linesOfADayAreAddedUpAndEqualTheRecords() throws Exception {
        List<Comparison> found =
                compare(byDay("mock-b"), line(DAY, 300, 500, "0.00003"), line(DAY, 60, 400, "0.000007035"));

        assertThat(found).singleElement().satisfies(day -> {
            assertThat(day.differs(EXACT)).isFalse();
            assertThat(day.invoiced()).isEqualTo(new Figures(2, 0, 360, 900, new BigDecimal("0.000037035")));
            assertThat(day.recorded()).isEqualTo(new Figures(3, 0, 360, 900, new BigDecimal("0.000037035")));
        });
    }

    @Test
    void aSingleTokenIsADifferenceAndAFractionOfACentIsNone() throws Exception {
        Comparison day = compare(byDay("mock-b"), line(DAY, 361, 900, "0")).get(0);
        assertThat(day.differs(ALL)).isTrue();
        assertThat(day.differs(new Rules(false, true, true, new BigDecimal("0.01"))))
                .isFalse();
        assertThat(day.differs(new Rules(false, true, true, BigDecimal.ZERO))).isTrue();
    }

    @Test
    void whatOneSideOnlyKnowsIsListed() throws Exception {
        List<Comparison> found = compare(
                byDay("mock-b"),
                line("2023-11-13", 1, 1, "1"),
                new InvoiceLine(DAY, "gpt-5-nano", 1, 1, BigDecimal.ONE));

        assertThat(found).hasSize(3).allMatch(comparison -> comparison.differs(ALL));
        assertThat(found.get(0).recorded()).isNull();
        assertThat(found.get(1).model()).isEqualTo("gpt-5-mini");
        assertThat(found.get(1).invoiced()).isNull();
        assertThat(found.get(2).recorded()).isNull();
        assertThat(compare(byDay("mock-b"))).as("an empty export").isEmpty();
        assertThat(compare(new Question("mock-b", false, false, 0L, Long.MAX_VALUE)))
                .as("an empty export of all times")
                .singleElement()
                .matches(comparison ->
                        comparison.invoiced() == null && comparison.model().isEmpty());
    }

    @Test
    void losersCountWithWhatIsKnownOfThem() throws Exception {
        List<Comparison> found = compare(byDay("mock-a"), line(DAY, 330, 0, "0"));
        assertThat(found).singleElement().satisfies(day -> {
            assertThat(day.differs(ALL)).isFalse();
            assertThat(day.recorded()).isEqualTo(new Figures(3, 3, 330, 0, new BigDecimal("0.000000000")));
        });
    }

    @Test
    void whatADrainedLoserToldIsCompared() throws Exception {
        new Settlements(bed.pool(), "node", new SimpleMeterRegistry())
                .settle(List.of(
                        new JournalEntry.Late(new LateUsage("r-1", 1, new TokenUsage(113, 0, 0, 7, 0), 9_000))));
        List<Comparison> found = compare(
                new Question("mock-a", true, false, null, null),
                new InvoiceLine("r-1", "", 113, 7, new BigDecimal("0.000009")),
                new InvoiceLine("r-2", "", 113, 7, new BigDecimal("0.000009")));
        assertThat(found.get(0).differs(EXACT)).isFalse();
        assertThat(found.get(0).recorded()).isEqualTo(new Figures(1, 0, 113, 7, new BigDecimal("0.000009000")));
        assertThat(found.get(1).differs(EXACT)).isTrue();
        assertThat(found.get(1).recorded()).isEqualTo(new Figures(1, 1, 110, 0, new BigDecimal("0.000000000")));
    }

    @Test
    void requestsAreComparedOneByOne() throws Exception {
        InvoiceLine[] lines = IntStream.of(1, 2, 4)
                .mapToObj(i -> new InvoiceLine("r-" + i, "", 120, 300, new BigDecimal("0.000012345")))
                .toArray(InvoiceLine[]::new);
        List<Comparison> found = compare(new Question("mock-b", true, false, null, null), lines);
        assertThat(found).extracting(Comparison::key).containsExactly("r-1", "r-2", "r-3", "r-4");
        assertThat(found.stream().filter(one -> one.differs(EXACT)).map(Comparison::key))
                .containsExactly("r-3", "r-4");
    }
}
