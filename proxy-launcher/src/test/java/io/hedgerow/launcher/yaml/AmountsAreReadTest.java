package io.hedgerow.launcher.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B7")
class AmountsAreReadTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            100.00,          100000000000
            99.5,            99500000000
            0,               0
            0.000000001,     1
            0.1000000000000, 100000000
            007,             7000000000
            """)
    void decimalsAreNanos(String text, long nanos) throws InvalidValueException {
        assertThat(Scalars.nanoUsd().parse(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "1.",
                ".5",
                "-.5",
                "-1",
                "+1",
                "1e3",
                " 1",
                "1,5",
                "NaN",
                "1.2.3",
                "--1",
                "0.0000000001",
                "9223372036.854775808",
                "99999999999999999999999999999999999",
                "٣"
            })
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> Scalars.nanoUsd().parse(text)).isInstanceOf(InvalidValueException.class);
    }
}
