package io.hedgerow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.MeterNames;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S17")
class AlertRulesTest {
    private static final Path RULES = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolveSibling("ops")
            .resolve("prometheus")
            .resolve("hedgerow-alerts.yml");
    private static final Pattern METRIC = Pattern.compile("\\b(?:hedgerow|routing|billing|quota|gen_ai)_[a-z_]+\\b");
    private static final List<String> SUFFIXES =
            List.of("", "_total", "_count", "_sum", "_bucket", "_max", "_seconds_count");

    @Test
    void everyMetricThatARuleAsksForIsOneOfOurs() throws Exception {
        Set<String> asked = new HashSet<>();
        for (String line : Files.readAllLines(RULES)) {
            if (line.strip().startsWith("expr:")) {
                Matcher metrics = METRIC.matcher(line);
                while (metrics.find()) {
                    asked.add(metrics.group());
                }
            }
        }
        assertThat(asked).contains("hedgerow_slots_leaked", "quota_redis_db_diff");
        assertThat(known()).containsAll(asked);
    }

    @Test
    void theRulesAreAValidDocument() throws IOException {
        String text = Files.readString(RULES);
        assertThat(text.lines().filter(line -> line.strip().startsWith("- alert:")))
                .hasSameSizeAs(text.lines()
                        .filter(line -> line.strip().startsWith("expr:"))
                        .toList());
        assertThat(text).doesNotContain("\t");
    }

    private static Set<String> known() throws IllegalAccessException {
        Set<String> known = new HashSet<>();
        for (Field field : MeterNames.class.getFields()) {
            String name = String.valueOf(field.get(null)).replace('.', '_');
            SUFFIXES.forEach(suffix -> known.add(name + suffix));
        }
        return known;
    }
}
