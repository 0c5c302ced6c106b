package io.hedgerow.launcher.operator;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Narrows a command down to one tenant. */
final class TenantFlag {
    @Option(names = "--tenant", paramLabel = "TENANT", description = "Only this tenant's.")
    private @Nullable String id;

    /** Null for all. */
    @Nullable
    String id() {
        return id;
    }

    /** It as a query's parameter, to which others may be added. */
    Map<String, @Nullable Object> parameters() {
        Map<String, @Nullable Object> parameters = new HashMap<>();
        parameters.put("tenant", id);
        return parameters;
    }
}
