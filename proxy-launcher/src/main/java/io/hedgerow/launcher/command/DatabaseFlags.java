package io.hedgerow.launcher.command;

import io.hedgerow.billing.store.DatabaseSettings;
import io.hedgerow.billing.store.SqlErrors;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.launcher.config.ConfigException;
import io.hedgerow.launcher.config.ConfigLoader;
import io.hedgerow.launcher.wiring.StoreAddresses;
import io.hedgerow.testkit.stores.EmbeddedStores;
import io.hedgerow.testkit.stores.RunningDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** For commands that work on the database alone: that of --database-url, else of --config, else the embedded one. */
final class DatabaseFlags {
    /** PostgreSQL's words for a table, and for a column, that is not there. */
    private static final Set<String> NO_SUCH = Set.of("42P01", "42703");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A configuration that names the database.")
    private @Nullable Path config;

    @Mixin
    private StoreFlags stores = new StoreFlags();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "hedgerow-data",
            description = "Where the embedded database is, running or not (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** What is done with the database; returns the exit code. */
    interface Work {
        int run(DatabaseSettings database) throws Exception;
    }

    /** Does it with a database that is there: an embedded one is started meanwhile, unless a gateway runs it already. */
    int with(Work work) throws Exception {
        StoresConfig address = address();
        if (address.databaseUrl() == null && !RunningDatabase.exists(dataDir)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no embedded database in " + dataDir
                            + ": name its directory by --data-dir, or another database by --database-url or --config");
        }
        try {
            return run(address, work);
        } catch (Exception e) {
            if (NO_SUCH.contains(String.valueOf(SqlErrors.state(e)))) {
                throw new IOException("the database's schema is not that of this version: see hedgerow migrate", e);
            }
            throw e;
        }
    }

    /** As {@link #with}; an embedded database that is not there yet is made. */
    int withNew(Work work) throws Exception {
        return run(address(), work);
    }

    private int run(StoresConfig address, Work work) throws Exception {
        String url = address.databaseUrl();
        if (url != null) {
            return work.run(StoreAddresses.database(address, url));
        }
        Optional<RunningDatabase> running = RunningDatabase.of(dataDir);
        if (running.isPresent()) {
            return work.run(StoreAddresses.database(running.get()));
        }
        try (EmbeddedStores embedded = EmbeddedStores.start(dataDir)) {
            return work.run(StoreAddresses.database(embedded));
        }
    }

    private StoresConfig address() throws ConfigException {
        try {
            StoresConfig flags = stores.stores(System.getenv());
            if (config == null) {
                return flags;
            }
            StoresConfig file = new ConfigLoader(System.getenv(), null)
                    .load(config)
                    .config()
                    .stores();
            return StoreAddresses.merge(flags, file);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
