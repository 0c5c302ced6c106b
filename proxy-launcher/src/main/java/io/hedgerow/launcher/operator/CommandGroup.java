package io.hedgerow.launcher.operator;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does something only by one of its own. */
abstract class CommandGroup implements Runnable {
    private final String commands;

    @Spec
    private CommandSpec spec;

    /** Named so that a sentence can say them: {@code create, list or revoke}. */
    CommandGroup(String commands) {
        this.commands = commands;
    }

    @Override
    public final void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: " + commands);
    }
}
