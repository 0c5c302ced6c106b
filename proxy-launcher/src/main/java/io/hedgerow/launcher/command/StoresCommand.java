package io.hedgerow.launcher.command;

import io.hedgerow.launcher.wiring.LocalStores;
import io.hedgerow.launcher.wiring.StopRequest;
import io.hedgerow.testkit.stores.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code stores}: the embedded stores alone, so that several nodes on one machine can share them. */
@Command(
        name = "stores",
        description = {
            "Runs the embedded Redis and PostgreSQL without a gateway.",
            "They run until stopped, so that several gateways on this machine can share them. Where they are, and their passwords,",
            "go into a file that only its owner can read: 'set -a; . FILE; set +a' and start 'serve' with a --data-dir of its own",
            "for each node."
        },
        mixinStandardHelpOptions = true)
public final class StoresCommand implements Callable<Integer> {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "hedgerow-stores",
            description = "Where the data is kept (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "What to write the variables to (default: stores.env in the data directory).")
    private @Nullable Path envFile;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StopRequest stop = EndBySignal.request();
        try (LocalStores stores = LocalStores.start(dataDir)) {
            Path file = envFile == null ? dataDir.resolve("stores.env") : envFile;
            write(file, stores.environment());
            PrintWriter out = spec.commandLine().getOut();
            out.println("stores are ready, see " + file);
            out.flush();
            stop.await();
        } catch (StoreException e) {
            if (!stop.isAsked()) {
                throw e;
            }
        }
        return 0;
    }

    /** Passwords are in it: the file is nobody else's before the first byte is. */
    private static void write(Path file, Map<String, String> variables) throws IOException {
        Files.deleteIfExists(file);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException e) {
            throw new IOException("the file system cannot keep " + file + " to its owner", e);
        }
        StringBuilder text = new StringBuilder();
        variables.forEach((name, value) -> text.append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }
}
