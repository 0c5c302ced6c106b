package io.hedgerow.launcher.config;

import io.hedgerow.core.config.GatewayConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration.
 *
 * @param warnings one line each, with file and position: settings that have no effect yet, secrets in the open
 * @param refresh after how long it is to be read anew, because the price lists that it names may have changed; null for
 *     never
 * @param staleLists how many price lists are those of before, because their URLs did not answer
 */
public record LoadedConfig(
        GatewayConfig config,
        List<String> warnings,
        @Nullable Duration refresh,
        int staleLists) {
    /** Copies the list. */
    public LoadedConfig {
        warnings = List.copyOf(warnings);
    }
}
