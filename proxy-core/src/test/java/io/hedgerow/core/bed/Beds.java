package io.hedgerow.core.bed;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Opens gateways, providers and clients for a test, and closes them after it. Register it as a static field.
 *
 * <p>After every test it checks what must hold whatever was tested: no exchange is left open, every lease that was granted
 * was released exactly once, every admitted request has exactly one record and its hold ended once, no provider is still
 * answering, nothing blocked an event loop, nothing complained in the log; and after the class, that nothing leaked.
 */
public final class Beds implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final List<GatewayBed> beds = new ArrayList<>();
    private final List<MockUpstream> mocks = new ArrayList<>();
    private final Deque<AutoCloseable> others = new ArrayDeque<>();
    private @Nullable LogWatch log;
    private boolean complaintsExpected;
    private boolean settlementsMayBeLost;

    /** A gateway over these providers, tried in this order, without hedging. */
    public GatewayBed over(String... baseUrls) {
        return with(new GatewayBed.Options(), baseUrls);
    }

    /** A gateway over these providers, tried in this order. */
    public GatewayBed with(GatewayBed.Options options, String... baseUrls) {
        GatewayBed bed = GatewayBed.with(options, baseUrls);
        beds.add(bed);
        return bed;
    }

    /** A scripted provider. */
    public MockUpstream mock(MockSettings settings) {
        MockUpstream mock = MockUpstream.start(settings);
        mocks.add(mock);
        return mock;
    }

    /** A scripted provider. */
    public MockUpstream mock(String script) {
        return mock(MockSettings.parse(script));
    }

    /** A provider that is played by hand. */
    public RawProvider provider() {
        RawProvider provider = RawProvider.start();
        others.push(provider);
        return provider;
    }

    /** A client of that gateway. */
    public RawClient client(GatewayBed bed) {
        return closing(RawClient.to(bed));
    }

    /** Closes it after the test. */
    public <T extends AutoCloseable> T closing(T what) {
        others.push(what);
        return what;
    }

    /** This test makes the gateway log errors. */
    public void complaintsExpected() {
        complaintsExpected = true;
    }

    /** This test lets the journal fail. */
    public void settlementsMayBeLost() {
        settlementsMayBeLost = true;
        complaintsExpected = true;
    }

    /** Everything that was logged in this test, as text. */
    public List<String> logged() {
        return log == null ? List.of() : log.all();
    }

    /** What was logged in this test with this text. */
    public List<ILoggingEvent> events(String message) {
        return log == null ? List.of() : log.events(message);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        LogWatch before = LogWatch.begin();
        LogWatch.reportLeaks(); // what earlier classes left behind is not this one's
        before.end();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        log = LogWatch.begin();
        complaintsExpected = false;
        settlementsMayBeLost = false;
        LoopsNeverBlock.caught();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        try {
            if (context.getExecutionException().isEmpty()) {
                beds.forEach(this::checkSettled);
                beds.forEach(bed ->
                        assertThat(bed.ports.granted).as("leases granted").doesNotHaveDuplicates());
                Eventually.that(() -> mocks.stream().allMatch(m -> m.stats().active() == 0));
            }
        } finally {
            closeAll();
        }
        assertThat(LoopsNeverBlock.caught()).as("blocking calls on event loops").isEmpty();
        if (log != null) {
            log.end();
            if (!complaintsExpected) {
                assertThat(log.complaints()).as("complaints in the log").isEmpty();
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LogWatch leaks = LogWatch.begin();
        LogWatch.reportLeaks();
        leaks.end();
        assertThat(leaks.complaints()).as("leaks").isEmpty();
    }

    /**
     * Waits until nothing is open and what was taken was given back, and says what is missing where it was not. A request
     * whose client left at once may still come in meanwhile, and the answer to a wish for a slot that nobody waits for any
     * more; both are over soon, so that only what stays unequal is wrong.
     */
    private void checkSettled(GatewayBed bed) {
        if (!Eventually.came(() -> bed.gateway.active() == 0 && balanced(bed.ports))) {
            assertThat(bed.gateway.active()).as("open exchanges").isZero();
            sayWhatIsUnequal(bed.ports);
        }
    }

    private boolean balanced(MemoryPorts ports) {
        if (!ports.held.isEmpty() || !sorted(ports.granted.stream()).equals(sorted(released(ports)))) {
            return false;
        }
        List<String> admitted = admitted(ports);
        return settlementsMayBeLost
                || (admitted.equals(sorted(ports.settled.stream().map(UsageRecord::requestId)))
                        && admitted.equals(sorted(ports.holds.stream().map(Map.Entry::getKey))));
    }

    private static Stream<String> released(MemoryPorts ports) {
        return ports.released.stream().map(Map.Entry::getKey);
    }

    private static List<String> admitted(MemoryPorts ports) {
        return sorted(ports.admitted.stream().map(AdmittedEntry::requestId));
    }

    private static List<String> sorted(Stream<String> ids) {
        return ids.sorted().toList();
    }

    private void sayWhatIsUnequal(MemoryPorts ports) {
        assertThat(ports.held).as("leases held").isEmpty();
        assertThat(ports.released.stream().map(Map.Entry::getKey))
                .as("leases released")
                .containsExactlyInAnyOrderElementsOf(ports.granted);
        if (!settlementsMayBeLost) {
            List<String> admitted = admitted(ports);
            assertThat(ports.settled.stream().map(UsageRecord::requestId))
                    .as("records")
                    .containsExactlyInAnyOrderElementsOf(admitted);
            assertThat(ports.holds.stream().map(Map.Entry::getKey))
                    .as("holds that ended")
                    .containsExactlyInAnyOrderElementsOf(admitted);
        }
        throw new AssertionError("what was taken was given back only after the patience for it was over");
    }

    private void closeAll() throws Exception {
        mocks.forEach(others::addLast);
        mocks.clear();
        beds.forEach(others::addLast);
        beds.clear();
        Exception first = null;
        while (!others.isEmpty()) {
            try {
                others.pop().close();
            } catch (Exception e) {
                first = e;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
