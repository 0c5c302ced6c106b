package io.hedgerow.launcher.command;

import io.hedgerow.billing.Migrations;
import io.hedgerow.billing.store.DatabaseSettings;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code migrate}: brings the database to the newest schema. */
@Command(
        name = "migrate",
        description = {
            "Applies what the database's schema lacks.",
            "The database is that of --database-url, else that of the configuration given by --config, else the embedded one",
            "under --data-dir."
        },
        mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
    @Option(names = "--dry-run", description = "Only list what would be applied.")
    private boolean dryRun;

    @Mixin
    private DatabaseFlags database = new DatabaseFlags();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        LogLevels.quietUnlessAsked(System.getenv());
        return database.withNew(this::run);
    }

    private int run(DatabaseSettings database) throws Exception {
        List<String> scripts = dryRun ? Migrations.pending(database) : Migrations.migrate(database);
        PrintWriter out = spec.commandLine().getOut();
        scripts.forEach(script -> out.println((dryRun ? "pending  " : "applied  ") + name(script)));
        if (scripts.isEmpty()) {
            out.println("the schema is up to date");
        }
        out.flush();
        return 0;
    }

    /** Scripts inside the jar are named with their whole address once they have run. */
    private static String name(String script) {
        return script.substring(script.lastIndexOf('/') + 1);
    }
}
