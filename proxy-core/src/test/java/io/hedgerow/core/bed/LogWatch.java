package io.hedgerow.core.bed;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Listens to the whole log: to errors, to what Netty complains of, and to leaks. */
final class LogWatch extends AppenderBase<ILoggingEvent> {
    private static final int LEAK_ROUNDS = 3;

    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    static LogWatch begin() {
        LogWatch watch = new LogWatch();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        watch.setContext(root.getLoggerContext());
        watch.start();
        root.addAppender(watch);
        return watch;
    }

    void end() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(this);
        stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    /** Everything that was logged. */
    List<String> all() {
        return events.stream().map(LogWatch::line).toList();
    }

    /** What has this text. */
    List<ILoggingEvent> events(String message) {
        return events.stream()
                .filter(event -> event.getMessage().equals(message))
                .toList();
    }

    /** What must not be logged when all is well: errors, and Netty's warnings of exceptions that nobody caught. */
    List<String> complaints() {
        return events.stream()
                .filter(event -> event.getLevel() == Level.ERROR
                        || (event.getLevel() == Level.WARN
                                && event.getLoggerName().startsWith("io.netty")))
                .map(LogWatch::line)
                .toList();
    }

    /** Makes leaks of buffers and leases that are out of reach show up in the log. */
    static void reportLeaks() {
        for (int i = 0; i < LEAK_ROUNDS; i++) {
            System.gc();
            // Netty reports what was collected when the next one is tracked.
            List<ByteBuf> tracked = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                tracked.add(PooledByteBufAllocator.DEFAULT.directBuffer(16));
            }
            tracked.forEach(ByteBuf::release);
        }
    }

    private static String line(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        line.append(event.getLevel()).append(' ').append(event.getLoggerName());
        line.append(' ').append(event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            line.append(' ').append(event.getKeyValuePairs());
        }
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            line.append(" | ").append(cause.getClassName()).append(": ").append(cause.getMessage());
        }
        return line.toString();
    }
}
