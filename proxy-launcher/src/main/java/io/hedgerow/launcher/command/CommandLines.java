package io.hedgerow.launcher.command;

import io.hedgerow.launcher.config.ConfigException;
import io.hedgerow.launcher.yaml.Durations;
import io.hedgerow.launcher.yaml.InvalidValueException;
import io.hedgerow.launcher.yaml.Nearest;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What all commands have in common: where defaults come from, how values are read, how mistakes are answered. */
public final class CommandLines {
    private static final Logger log = LoggerFactory.getLogger(CommandLines.class);
    private static final int FAILED = 1;
    private static final int WRONG = 2;

    private CommandLines() {}

    /** Sets the command and all below it up. */
    public static CommandLine prepare(CommandLine commandLine, Map<String, String> environment) {
        return commandLine
                .registerConverter(Duration.class, CommandLines::duration)
                .registerConverter(LocalDate.class, CommandLines::day)
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setParameterExceptionHandler(CommandLines::wrongUsage)
                .setExecutionExceptionHandler((failure, failed, parsed) -> failed(failure, failed))
                .setUsageHelpAutoWidth(true)
                .setAbbreviatedOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(false);
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (InvalidValueException e) {
            String suggestion = e.suggestion();
            throw new TypeConversionException("'" + text + "' " + e.getMessage()
                    + (suggestion == null ? "" : " (did you mean " + suggestion + "?)"));
        }
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is not a day such as 2026-06-01");
        }
    }

    private static int wrongUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getCommandName() + ": " + failure.getMessage() + suggestion(failure, command));
        err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return WRONG;
    }

    private static String suggestion(ParameterException failure, CommandLine command) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        String word = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
        String nearest = Nearest.to(
                word,
                word.startsWith("-")
                        ? command.getCommandSpec().optionsMap().keySet()
                        : command.getSubcommands().keySet());
        return nearest == null ? "" : " (did you mean " + nearest + "?)";
    }

    private static int failed(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (failure instanceof ConfigException) {
            err.println(failure.getMessage());
            err.flush();
            return WRONG;
        }
        String message = failure.getMessage();
        err.println(command.getCommandName() + ": " + (message == null ? failure.toString() : message));
        err.flush();
        log.atDebug().setCause(failure).log("the command failed");
        return FAILED;
    }
}
