package io.hedgerow.launcher.command;

import io.hedgerow.testkit.load.LoadGenerator;
import io.hedgerow.testkit.load.LoadProgress;
import io.hedgerow.testkit.load.LoadReport;
import io.hedgerow.testkit.load.LoadResult;
import io.hedgerow.testkit.load.LoadSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code load}: puts an even load on a gateway and measures what its clients see. */
@Command(
        name = "load",
        description = {
            "Puts load on a gateway and reports latencies.",
            "Requests start at their time whether earlier ones have ended or not, and every latency counts from that time.",
            "The key comes from HEDGEROW_KEY or --key-file."
        },
        mixinStandardHelpOptions = true)
public final class LoadCommand implements Callable<Integer> {
    @Mixin
    private LoadFlags flags = new LoadFlags();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON; - for standard output.")
    private @Nullable Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the result as an HTML page with plots.")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        LogLevels.quietUnlessAsked(System.getenv());
        LoadGenerator generator = new LoadGenerator(settings());
        Thread stop = new Thread(generator::stop, "load-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        LoadResult result = generator.run(progress());
        removeHook(stop);
        PrintWriter out = spec.commandLine().getOut();
        if (Terminal.present()) {
            spec.commandLine().getErr().println();
        }
        boolean jsonOnOutput = json != null && json.toString().equals("-");
        out.print(jsonOnOutput ? LoadReport.json(result) : LoadReport.text(result));
        out.flush();
        if (json != null && !jsonOnOutput) {
            Files.writeString(json, LoadReport.json(result));
        }
        if (report != null) {
            Files.writeString(report, LoadReport.html(result));
        }
        return result.counts().completed() + result.counts().aborted() > 0 ? 0 : 1;
    }

    private LoadSettings settings() {
        try {
            return flags.settings(System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Consumer<LoadProgress> progress() {
        PrintWriter err = spec.commandLine().getErr();
        if (!Terminal.present()) {
            return second -> {};
        }
        return second -> {
            err.print("\r\u001b[K" + second.toLine());
            err.flush();
        };
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook has stopped the run, and its result is printed all the same.
            Thread.currentThread().setName("load-ending");
        }
    }
}
