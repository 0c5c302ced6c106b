package io.hedgerow.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.reconcile.InvoiceLine;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvoicesAreReadTest {
    private static List<List<String>> rows(String text) throws IOException {
        CsvReader reader = new CsvReader(new StringReader(text));
        List<List<String>> rows = new ArrayList<>();
        for (List<String> row = reader.next(); row != null; row = reader.next()) {
            rows.add(row);
        }
        return rows;
    }

    @Test
    void quotedFieldsHoldCommasQuotesAndLineEnds() throws IOException {
        assertThat(rows("a,b\r\n\r\n\"1,\"\"2\"\"\",\"x\ny\"\n,\n\"\"\"q\"\"\",\"\""))
                .containsExactly(List.of("a", "b"), List.of("1,\"2\"", "x\ny"), List.of("", ""), List.of("\"q\"", ""));
        assertThatThrownBy(() -> rows("a\n\"b")).hasMessageContaining("not closed");
    }

    @Test
    void otherSeparatorsAreSeenInTheFirstRow() throws IOException {
        assertThat(rows("\uFEFFdate;cost\r\n2026-01-31;0,5\n"))
                .containsExactly(List.of("date", "cost"), List.of("2026-01-31", "0,5"));
        assertThat(rows("\ndate\tcost\n1\t2;3")).containsExactly(List.of("date", "cost"), List.of("1", "2;3"));
        assertThat(rows("date,a;b\n1,2")).containsExactly(List.of("date", "a;b"), List.of("1", "2"));
        assertThat(rows("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31, 2026-01-31",
        "2026-01-31T23:30:00-05:00, 2026-02-01",
        "2026-01-31 08:00:00Z, 2026-01-31",
        "1769817600, 2026-01-31"
    })
    void daysAreThoseOfUtc(String text, String day) {
        assertThat(InvoiceColumns.day(text)).isEqualTo(day);
    }

    @Test
    void aLineIsWhatItsColumnsSay() {
        InvoiceColumns.Places places = new InvoiceColumns.Places(false, 2, 0, 1, -1, 3);
        assertThat(places.line(List.of("gpt", "12", "2026-01-31", "$1.50")))
                .isEqualTo(new InvoiceLine("2026-01-31", "gpt", 12, 0, new BigDecimal("1.50")));
        assertThatThrownBy(() -> places.line(List.of("gpt", "12"))).hasMessageContaining("only 2 fields");
        assertThatThrownBy(() -> places.line(List.of("gpt", "1.5", "2026-01-31", "0")))
                .hasMessageContaining("\"1.5\" is no whole number of tokens");
        assertThatThrownBy(() -> places.line(List.of("gpt", "abc", "2026-01-31", "0")))
                .hasMessageContaining("\"abc\" is no whole number of tokens");
        assertThatThrownBy(() -> places.line(List.of("gpt", "1", "2026-01-31", "0,5")))
                .hasMessageContaining("\"0,5\" is no amount in USD");
        assertThatThrownBy(() -> places.line(List.of("gpt", "1", "31.1.2026", "0")))
                .hasMessageContaining("is no day");
    }
}
