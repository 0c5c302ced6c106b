package io.hedgerow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HelpReadsWellTest {
    /** A list of commands shows the first line of each description only. */
    @Test
    void theFirstLineOfEachDescriptionIsAWholeSentence() {
        assertThat(subcommandsOf(Hedgerow.commandLine(Map.of()))).isNotEmpty().allSatisfy(command -> {
            String[] description = command.getCommandSpec().usageMessage().description();
            assertThat(description).as(command.getCommandName()).isNotEmpty();
            assertThat(description[0]).endsWith(".").hasSizeLessThan(100);
        });
    }

    private static Stream<CommandLine> subcommandsOf(CommandLine command) {
        return command.getSubcommands().values().stream()
                .flatMap(sub -> Stream.concat(Stream.of(sub), subcommandsOf(sub)));
    }
}
