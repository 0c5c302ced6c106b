package io.hedgerow.launcher.command;

import io.hedgerow.launcher.demo.Demo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: see it work. */
@Command(
        name = "demo",
        description = {
            "Shows what hedging does, on scripted providers.",
            "Runs three of them and a gateway with stores of its own, shows a few streamed answers, puts load on it without and",
            "with hedging, and shows what came of it. Leaves nothing behind."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "300",
            description = "Requests in each of the two runs, 40 per second (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(names = "--keep-running", description = "Leave the gateway running at the end.")
    private boolean keepRunning;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (requests < 1 || requests > 100_000) {
            throw new ParameterException(spec.commandLine(), "--requests is out of bounds: from 1 to 100000");
        }
        LogLevels.quietUnlessAsked(System.getenv());
        Demo.Settings settings = new Demo.Settings(requests, keepRunning, Terminal.present());
        return new Demo(settings, spec.commandLine().getOut(), EndBySignal.request()).run() ? 0 : 1;
    }
}
