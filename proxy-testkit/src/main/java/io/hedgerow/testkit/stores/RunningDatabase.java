package io.hedgerow.testkit.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The embedded PostgreSQL of another process that uses a data directory just now, for commands that work beside it. Whoever
 * may read the directory's password file may use it.
 *
 * @param jdbcUrl without user and password
 * @param password of {@code user}: a secret
 */
public record RunningDatabase(String jdbcUrl, String user, String password) {
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /** Whether there is an embedded database in the data directory, running or not. */
    public static boolean exists(Path dataDir) {
        return Files.isDirectory(dataDir.resolve("postgres").resolve("data"));
    }

    /**
     * The one that runs, if a process uses the directory; empty if nobody does.
     *
     * @throws StoreException if one does whose database cannot be used, because it starts or ends
     */
    public static Optional<RunningDatabase> of(Path dataDir) {
        if (!DataDirLock.held(dataDir)) {
            return Optional.empty();
        }
        Path postgres = dataDir.resolve("postgres");
        try {
            List<String> lines = Files.readAllLines(postgres.resolve("data").resolve("postmaster.pid"));
            if (lines.size() <= STATUS_LINE || !lines.get(STATUS_LINE).strip().equals("ready")) {
                throw new StoreException("the database in " + dataDir + " is starting or ending");
            }
            return Optional.of(new RunningDatabase(
                    "jdbc:postgresql://127.0.0.1:" + lines.get(PORT_LINE).strip() + "/" + PostgresCluster.NAME,
                    PostgresCluster.NAME,
                    Files.readString(postgres.resolve("password")).strip()));
        } catch (IOException e) {
            throw new StoreException("the database in " + dataDir + " cannot be used: " + e, e);
        }
    }

    /** Hides the password. */
    @Override
    public String toString() {
        return "RunningDatabase[" + jdbcUrl + "]";
    }
}
