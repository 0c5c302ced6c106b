package io.hedgerow.testkit.stores;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis on a loopback port. It listens on 127.0.0.1 only, evicts nothing, and wants the random password that
 * {@link #url} holds: loopback is open to every user of the machine.
 */
public final class EmbeddedRedis extends EmbeddedStore {
    private static final String STOP_SIGNAL = "TERM";

    private final RedisOptions options;
    private final Path program;
    private final String password;

    private EmbeddedRedis(DataDirLock lock, RedisOptions options, Path program, String password) {
        super("Redis", lock, options.startTimeout());
        this.options = options;
        this.program = program;
        this.password = password;
    }

    /**
     * Starts a Redis on the data in {@code directory}, creating it if needed, and returns when it answers. A Redis that
     * an earlier, killed process left running there is stopped first.
     *
     * @throws StoreException if another process uses the directory, or Redis does not start
     */
    public static EmbeddedRedis start(Path directory, RedisOptions options) {
        DataDirLock lock = DataDirLock.acquire(directory);
        EmbeddedRedis redis = null;
        boolean started = false;
        try {
            Path real = lock.directory();
            stopLeftover(real);
            String password = SecretFile.readOrCreate(real.resolve("password"));
            redis = new EmbeddedRedis(lock, options, RedisBinary.find(real), password);
            redis.launchAnywhere();
            started = true;
            return redis;
        } catch (IOException e) {
            throw new StoreException("cannot start Redis in " + directory + ": " + e, e);
        } finally {
            if (!started) {
                lock.close();
                if (redis != null) {
                    redis.close();
                }
            }
        }
    }

    /** Stops the Redis that a killed process left running in {@code directory}, if any. The caller holds the lock. */
    static void stopLeftover(Path directory) {
        Leftovers.stop(directory.resolve("redis.pid"), directory, "redis", List.of(STOP_SIGNAL));
    }

    /** {@code redis://:password@127.0.0.1:port}: a secret, not for logs. */
    public String url() {
        return "redis://:" + password + "@127.0.0.1:" + port();
    }

    /** The password of every user: a secret, not for logs. */
    public String password() {
        return password;
    }

    /** Runs one command on a connection of its own; the answer is a String, Long, List or null. */
    @Nullable
    Object call(String... command) {
        try (RespConnection connection = new RespConnection(port(), password)) {
            return connection.call(command);
        } catch (IOException e) {
            throw new StoreException("Redis on port " + port() + " does not answer: " + e, e);
        }
    }

    @Override
    int freePort() {
        return options.clustered() ? LoopbackPorts.freeWithBus() : LoopbackPorts.free();
    }

    @Override
    StoreProcess spawn(int port) throws IOException {
        Path config = directory().resolve("redis.conf");
        SecretFile.write(config, settings(port));
        return StoreProcess.spawn(List.of(program.toString(), config.toString()), directory(), log().file());
    }

    @Override
    boolean ready(StoreProcess process, int port) {
        return RedisProbe.answers(port, password);
    }

    @Override
    void endChildrenLeft() {
        // The child that rewrites the file keeps nothing that a new Redis needs.
    }

    @Override
    String stopSignal() {
        return STOP_SIGNAL;
    }

    private String settings(int port) {
        return """
                # Written anew at every start.
                bind 127.0.0.1
                protected-mode yes
                port %d
                requirepass %s
                daemonize no
                dir "%s"
                pidfile "%s"
                logfile ""
                appendonly %s
                # With "everysec" a write is put off while a sync runs, and a killed process takes it along. So nothing that was
                # answered is lost but with the machine itself, and what then is old is rebuilt from PostgreSQL.
                appendfsync no
                save ""
                maxmemory-policy noeviction
                """.formatted(
                                port,
                                password,
                                quoted(directory()),
                                quoted(directory().resolve("redis.pid")),
                                options.appendOnly() ? "yes" : "no")
                + clusterSettings();
    }

    /** One master that is away must not take the others' slots away, and a replica takes over whatever it lacks. */
    private String clusterSettings() {
        if (!options.clustered()) {
            return "";
        }
        return """
                masterauth %s
                cluster-enabled yes
                cluster-config-file nodes.conf
                cluster-node-timeout %d
                cluster-announce-ip 127.0.0.1
                cluster-require-full-coverage no
                cluster-migration-barrier 999
                cluster-replica-validity-factor 0
                repl-diskless-sync yes
                repl-diskless-sync-delay 0
                """.formatted(password, options.clusterNodeTimeout().toMillis());
    }

    private static String quoted(Path path) {
        return path.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
