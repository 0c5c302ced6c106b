package io.hedgerow.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import io.lettuce.core.resource.ClientResources;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Commands to a Redis or a cluster, past everything that is tested; on a cluster, flushes reach all masters. */
interface DirectLook extends AutoCloseable {
    RedisCommands<String, String> commands();

    /** How often a command was run since the start, scripts' calls included, on all masters together. */
    default long calls(String command) {
        return sum("commandstats", "cmdstat_" + command + ":calls=");
    }

    /** How often an error was the answer since the start, on all masters together. */
    default long errors(String error) {
        return sum("errorstats", "errorstat_" + error + ":count=");
    }

    /** {@code CLIENT PAUSE} on all masters: no command is answered for so long. */
    void pause(long millis);

    /** The sum of a figure over all masters. */
    long sum(String section, String figure);

    @Override
    void close();

    private static long find(String stats, String figure) {
        Matcher found = Pattern.compile(Pattern.quote(figure) + "(\\d+)").matcher(stats);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    static DirectLook into(String url) {
        return url.startsWith("redis-cluster:") ? new IntoCluster(url) : new IntoOne(url);
    }

    /** Threads that may block: the synchronous client of a test takes locks, and is not what is tested. */
    private static ClientResources plainThreads() {
        return ClientResources.builder()
                .threadFactoryProvider(name -> task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                })
                .build();
    }

    /** One Redis. */
    final class IntoOne implements DirectLook {
        private final ClientResources resources = plainThreads();
        private final RedisClient client;
        private @Nullable StatefulRedisConnection<String, String> open;

        IntoOne(String url) {
            client = RedisClient.create(resources, url);
        }

        @Override
        public synchronized RedisCommands<String, String> commands() {
            StatefulRedisConnection<String, String> known = open;
            if (known == null || !known.isOpen()) {
                known = client.connect();
                open = known;
            }
            return known.sync();
        }

        @Override
        public void pause(long millis) {
            commands().clientPause(millis);
        }

        @Override
        public long sum(String section, String figure) {
            return find(commands().info(section), figure);
        }

        @Override
        public void close() {
            client.shutdown(0, 2, TimeUnit.SECONDS);
            resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    /** A cluster, whose commands are made to look like those of one Redis. */
    final class IntoCluster implements DirectLook {
        private final ClientResources resources = plainThreads();
        private final RedisClusterClient client;
        private @Nullable StatefulRedisClusterConnection<String, String> open;

        IntoCluster(String url) {
            String[] parts = url.substring("redis-cluster://".length()).split("@", -1);
            List<RedisURI> nodes = Arrays.stream(parts[1].split(",", -1))
                    .map(node -> RedisURI.create("redis://" + parts[0] + "@" + node))
                    .toList();
            client = RedisClusterClient.create(resources, nodes);
        }

        @Override
        public void pause(long millis) {
            connection().sync().upstream().commands().clientPause(millis);
        }

        @Override
        public long sum(String section, String figure) {
            return StreamSupport.stream(
                            connection()
                                    .sync()
                                    .upstream()
                                    .commands()
                                    .info(section)
                                    .spliterator(),
                            false)
                    .mapToLong(info -> find(info, figure))
                    .sum();
        }

        private synchronized StatefulRedisClusterConnection<String, String> connection() {
            StatefulRedisClusterConnection<String, String> known = open;
            if (known == null || !known.isOpen()) {
                known = client.connect();
                open = known;
            }
            return known;
        }

        @Override
        @SuppressWarnings("unchecked")
        public RedisCommands<String, String> commands() {
            RedisAdvancedClusterCommands<String, String> all = connection().sync();
            return (RedisCommands<String, String>) Proxy.newProxyInstance(
                    DirectLook.class.getClassLoader(), new Class<?>[] {RedisCommands.class}, (proxy, method, args) -> {
                        try {
                            return RedisAdvancedClusterCommands.class
                                    .getMethod(method.getName(), method.getParameterTypes())
                                    .invoke(all, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public void close() {
            client.shutdown(0, 2, TimeUnit.SECONDS);
            resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }
}
