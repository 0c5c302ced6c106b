package io.hedgerow.testkit.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores whose gateway was killed. They are stopped cleanly before a new one starts on the same data: unlike adopting
 * them, that needs no trust in their settings, and the new one is a child whose end is noticed. The caller holds the
 * lock of the directory, so no other process starts one meanwhile.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration CLEAN_LIMIT = Duration.ofSeconds(30);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private Leftovers() {}

    /**
     * Stops the store and removes its pid file: PostgreSQL would take any process of that number for itself.
     *
     * @param pidFile written by the store
     * @param directory the working directory of the store, as a real path
     * @param program how the file name of the store's program starts
     * @param signals what asks for a stop, the gentlest first
     */
    static void stop(Path pidFile, Path directory, String program, List<String> signals) {
        List<ProcessHandle> found = LeftoverSearch.find(pidFile, directory, program);
        if (!found.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("pids", pids(found))
                    .addKeyValue("directory", directory)
                    .log("stopping a store that an earlier run left behind");
            stop(found, signals);
        }
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new StoreException("cannot remove " + pidFile + ": " + e, e);
        }
    }

    /**
     * Stops the children of a server that is gone; where the system does not tell whose they are, none are found.
     *
     * @param directory their working directory, as a real path
     */
    static void endChildren(Path directory, String program, String signal) {
        List<ProcessHandle> found = LeftoverSearch.find(directory.resolve("none.pid"), directory, program);
        if (!found.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("pids", pids(found))
                    .addKeyValue("directory", directory)
                    .log("ending processes that have outlived their server");
            stop(found, List.of(signal));
        }
    }

    private static void stop(List<ProcessHandle> found, List<String> signals) {
        List<ProcessHandle> all = new ArrayList<>(found);
        found.forEach(process -> process.descendants().forEach(all::add));
        Signals.send("CONT", pids(all));
        for (String signal : signals) {
            Signals.send(signal, heads(found));
            if (Polls.await(CLEAN_LIMIT, () -> all.stream().noneMatch(LeftoverSearch::alive))) {
                return;
            }
        }
        Signals.send("KILL", pids(all));
        if (!Polls.await(KILL_LIMIT, () -> all.stream().noneMatch(LeftoverSearch::alive))) {
            throw new StoreException(
                    "a store left behind by an earlier run cannot be stopped; end it by hand: processes " + pids(all));
        }
    }

    /** Those of which no other is the parent: a server's own children are stopped by the server. */
    private static List<Long> heads(List<ProcessHandle> processes) {
        Set<Long> pids = processes.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
        return pids(processes.stream()
                .filter(process -> process.parent()
                        .map(parent -> !pids.contains(parent.pid()))
                        .orElse(true))
                .toList());
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).distinct().toList();
    }
}
