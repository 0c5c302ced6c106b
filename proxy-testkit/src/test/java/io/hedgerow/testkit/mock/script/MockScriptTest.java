package io.hedgerow.testkit.mock.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.testkit.mock.script.AnswerShape.UsageMode;
import io.hedgerow.testkit.mock.script.Faults.Break;
import io.hedgerow.testkit.mock.script.Faults.Break.Mode;
import io.hedgerow.testkit.mock.script.Faults.Break.Unit;
import io.hedgerow.testkit.mock.script.Faults.FakeAnswer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MockScriptTest {
    @Test
    void everyWordLandsInItsSetting() {
        MockSettings settings = MockSettings.parse("ttft=20ms;gap=10ms..50ms;slow-share=0.04;slow-extra=3s;events=5..9;"
                + "text=%3Bx y+z;finish-reason=length;usage=off;prompt-tokens=7;errors=429=0.01,500=0.02;"
                + "retry-after=1.5s;error-code=busy;linger=2s;pings=3;crlf;split=4;burst=true;head=early;"
                + "fake=html;fault-share=0.5;bearer=s3cret;name=a;seed=9;port=0");

        assertThat(settings.timing().firstToken()).isEqualTo(Distribution.parse("20ms"));
        assertThat(settings.timing().gap()).isEqualTo(Distribution.parse("10ms..50ms"));
        assertThat(settings.timing().slowShare()).isEqualTo(0.04);
        assertThat(settings.timing().slowExtra().nanos()).isEqualTo(3_000_000_000L);
        assertThat(settings.timing().linger()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.answer().events()).isEqualTo(new IntRange(5, 9));
        assertThat(settings.answer().text()).isEqualTo(";x y+z");
        assertThat(settings.answer().usage()).isEqualTo(UsageMode.OFF);
        assertThat(settings.faults().errors()).isEqualTo(Map.of(429, 0.01, 500, 0.02));
        assertThat(settings.faults().retryAfter()).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.faults().fake()).isEqualTo(FakeAnswer.HTML);
        assertThat(settings.wire()).isEqualTo(new WireShape(true, true, 4, 3, " keep-alive", true));
        assertThat(settings.bearerToken()).isEqualTo("s3cret");
        assertThat(settings.toString()).doesNotContain("s3cret");
    }

    @Test
    void cutAndItsModeMayComeInEitherOrder() {
        Break expected = new Break(Unit.BYTES, 100, Mode.RESET);
        assertThat(MockSettings.parse("cut=100;cut-mode=reset").faults().breakage())
                .isEqualTo(expected);
        assertThat(MockSettings.parse("cut-mode=reset;cut=100").faults().breakage())
                .isEqualTo(expected);
    }

    @Test
    void aScriptChangesOnlyWhatItNames() {
        MockSettings before = MockSettings.parse("events=3;ttft=9ms");
        assertThat(before.with("gap=1ms").toBuilder().gap(Distribution.ZERO).build())
                .isEqualTo(before);
    }

    @Test
    void aRequestCannotChangeTheServerItself() {
        assertThatThrownBy(() -> MockScript.applyToRequest(MockSettings.DEFAULT, "port=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("port");
    }

    @Test
    void aNumberThatIsNoneIsNamedWithWhatIsOne() {
        assertThatThrownBy(() -> MockSettings.parse("prompt-tokens=1000000000000"))
                .hasMessageContaining("prompt-tokens=1000000000000: is no whole number up to 2147483647");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tftt=5ms",
                "ttft=5",
                "ttft=fast",
                "ttft=-5ms",
                "gap=50ms..10ms",
                "events=9..5",
                "events=x",
                "errors=200=0.1",
                "errors=500=1.5",
                "errors=429=0.6,500=0.6",
                "split=0",
                "fake=news",
                "head=middle",
                "hangup=clean-end",
                "transcript=nope",
                "slow-share=2"
            })
    void mistakesAreRefusedByName(String script) {
        assertThatThrownBy(() -> MockSettings.parse(script)).isInstanceOf(IllegalArgumentException.class);
    }
}
