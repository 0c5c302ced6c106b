package io.hedgerow.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B7")
class AmountsAreExactTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            100.00,               100000000000,         100
            99.5,                 99500000000,          99.5
            0,                    0,                    0
            -0.000,               0,                    0
            0.000000001,          1,                    0.000000001
            -12.340,              -12340000000,         -12.34
            0.1000000000000,      100000000,            0.1
            9223372036.854775807, 9223372036854775807,  9223372036.854775807
            -9223372036.854775808, -9223372036854775808, -9223372036.854775808
            007,                  7000000000,           7
            """)
    void textAndNanosAgree(String text, long nanos, String written) {
        assertThat(NanoUsd.of(new BigDecimal(text))).isEqualTo(nanos);
        assertThat(NanoUsd.format(nanos)).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0000000001", "9223372036.854775808", "99999999999999999999999999999999999"})
    void whatNanosCannotSayIsRefused(String text) {
        assertThatThrownBy(() -> NanoUsd.of(new BigDecimal(text))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void writingAndReadingIsTheIdentity() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            long nanos = random.nextLong() >> random.nextInt(64);
            assertThat(NanoUsd.of(new BigDecimal(NanoUsd.format(nanos)))).isEqualTo(nanos);
        }
    }
}
