package io.hedgerow.testkit.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real PostgreSQL on a loopback port, with a database {@code hedgerow} owned by a role of that name. It listens on
 * 127.0.0.1 only and wants passwords, random ones made with the data.
 */
public final class EmbeddedPostgres extends EmbeddedStore {
    /** "Fast": rolls transactions back, closes connections, writes a checkpoint. */
    private static final String STOP_SIGNAL = "INT";
    /** "Immediate": ends without a checkpoint; the next start recovers. */
    private static final String QUICK_STOP_SIGNAL = "QUIT";

    private static final int STATUS_LINE = 7;

    private final PostgresOptions options;
    private final PostgresRunner runner;
    private final PostgresCluster cluster;
    private final String password;
    private final String adminPassword;

    private EmbeddedPostgres(DataDirLock lock, PostgresOptions options, PostgresRunner runner, PostgresCluster cluster)
            throws IOException {
        super("PostgreSQL", lock, options.startTimeout());
        this.options = options;
        this.runner = runner;
        this.cluster = cluster;
        this.password = SecretFile.readOrCreate(cluster.passwordFile());
        this.adminPassword = SecretFile.readOrCreate(cluster.adminPasswordFile());
    }

    /**
     * Starts a PostgreSQL on the data in {@code directory}, creating it if needed, and returns when it accepts
     * connections. A PostgreSQL that an earlier, killed process left running there is stopped first.
     *
     * @throws StoreException if another process uses the directory, or PostgreSQL does not start
     */
    public static EmbeddedPostgres start(Path directory, PostgresOptions options) {
        DataDirLock lock = DataDirLock.acquire(directory);
        EmbeddedPostgres postgres = null;
        boolean started = false;
        try {
            Path real = lock.directory();
            stopLeftover(real);
            PostgresRunner runner = PostgresRunner.choose(real);
            PostgresCluster cluster = new PostgresCluster(runner, real);
            cluster.prepare(options);
            postgres = new EmbeddedPostgres(lock, options, runner, cluster);
            postgres.launchAnywhere();
            started = true;
            return postgres;
        } catch (IOException e) {
            throw new StoreException("cannot start PostgreSQL in " + directory + ": " + e, e);
        } finally {
            if (!started) {
                lock.close();
                if (postgres != null) {
                    postgres.close();
                }
            }
        }
    }

    /** Stops the server that a killed process left running in {@code directory}, if any. The caller holds the lock. */
    static void stopLeftover(Path directory) {
        Path data = directory.resolve("data");
        Leftovers.stop(data.resolve("postmaster.pid"), data, "postgres", List.of(STOP_SIGNAL, QUICK_STOP_SIGNAL));
    }

    /** {@code jdbc:postgresql://127.0.0.1:port/hedgerow}, without user and password. */
    public String jdbcUrl() {
        return jdbcUrl(PostgresCluster.NAME);
    }

    /** The URL of another database of this server. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** The owner of the database {@code hedgerow}. */
    public String user() {
        return PostgresCluster.NAME;
    }

    /** The password of {@link #user}: a secret. */
    public String password() {
        return password;
    }

    /** The superuser. */
    public String adminUser() {
        return PostgresCluster.ADMIN;
    }

    /** The password of {@link #adminUser}: a secret. */
    public String adminPassword() {
        return adminPassword;
    }

    @Override
    StoreProcess spawn(int port) throws IOException {
        Path data = cluster.data();
        Files.writeString(data.resolve("postgresql.conf"), PostgresSettings.server(options, port));
        Files.writeString(data.resolve("pg_hba.conf"), PostgresSettings.HBA);
        return StoreProcess.spawn(
                runner.command("postgres", List.of("-D", data.toString())), directory(), log().file());
    }

    @Override
    boolean ready(StoreProcess process, int port) {
        try {
            Path pidFile = cluster.data().resolve("postmaster.pid");
            if (!Files.exists(pidFile)) {
                return false;
            }
            List<String> lines = Files.readAllLines(pidFile);
            return lines.size() > STATUS_LINE
                    && lines.get(0).strip().equals(Long.toString(process.pid()))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Usually they end by themselves. But one that waits for a lock of another that was killed with the server does so
     * for ever, and without a server nobody finds out.
     */
    @Override
    void endChildrenLeft() {
        Leftovers.endChildren(cluster.data(), "postgres", QUICK_STOP_SIGNAL);
    }

    @Override
    String stopSignal() {
        return STOP_SIGNAL;
    }
}
