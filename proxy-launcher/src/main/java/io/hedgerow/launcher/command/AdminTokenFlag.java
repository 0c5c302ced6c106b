package io.hedgerow.launcher.command;

import io.hedgerow.core.config.Secret;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the admin endpoints' token comes from. */
public final class AdminTokenFlag {
    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "Holds the admin token; or set HEDGEROW_ADMIN_TOKEN.")
    private @Nullable Path file;

    /**
     * The token; null if there is none.
     *
     * @throws IllegalArgumentException if the file cannot be read
     */
    public @Nullable Secret read(Map<String, String> environment) {
        return Secrets.read("HEDGEROW_ADMIN_TOKEN", file, environment);
    }
}
