package io.hedgerow.billing.store;

import static io.hedgerow.billing.support.TestBilling.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However long the database was away: the connections of the pool are back as soon as it is. */
@Tag("B4")
class ADatabaseThatReturnsIsFoundSoonTest {
    /** With the pool's own pauses, which double up to 5 s, so many tries take a minute and a half. */
    private static final int TRIES = 25;

    @Test
    void thePoolTriesOnAtASteadyPaceAndEndsWhenItIsClosed() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread refusing = new Thread(() -> refuse(server, tries), "refusing");
            refusing.start();
            Database database = Database.open(new DatabaseSettings(
                    "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/none?sslmode=disable",
                    "nobody",
                    () -> "none".toCharArray(),
                    2));
            await().atMost(Duration.ofSeconds(60)).until(() -> tries.get() >= TRIES);
            assertThat(database.probe()).isFalse();
            database.close();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("hedgerow-billing") && name.contains("adder"));
        }
    }

    private static void refuse(ServerSocket server, AtomicInteger tries) {
        try {
            while (true) {
                server.accept().close();
                tries.incrementAndGet();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }
}
