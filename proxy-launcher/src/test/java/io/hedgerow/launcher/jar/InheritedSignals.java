package io.hedgerow.launcher.jar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Signals that this process, and so each process that it starts, ignores because its own parent did: shells let what runs in
 * the background ignore SIGINT, and nohup SIGHUP. The JVM respects that.
 */
final class InheritedSignals {
    static final int HUP = 1;
    static final int INT = 2;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String IGNORED = "SigIgn:";

    private InheritedSignals() {}

    /** False where the system does not tell. */
    static boolean ignored(int signal) {
        if (!Files.exists(STATUS)) {
            return false;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(IGNORED))
                    .map(line -> line.substring(IGNORED.length()).trim())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> (signal - 1) & 1) == 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a terminal interrupts, or what ends a process where that is ignored. */
    static String interrupt() {
        return ignored(INT) ? "TERM" : "INT";
    }
}
