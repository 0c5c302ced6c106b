package io.hedgerow.billing.webhook;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.outbox.OutboxReaders;
import io.hedgerow.billing.outbox.OutboxRelay;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.support.EventBed;
import io.hedgerow.billing.support.FakeMirror;
import io.hedgerow.billing.webhook.Receiver.Request;
import io.hedgerow.core.port.EventKind;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.WebhookAdmin.DeadLetter;
import io.hedgerow.core.port.WebhookAdmin.Filter;
import io.hedgerow.core.port.WebhookAdmin.Queue;
import io.hedgerow.core.port.WebhookAdmin.Selection;
import io.hedgerow.testkit.fault.TlsFront;
import io.hedgerow.testkit.net.LoopbackCertificate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B3")
class WebhooksAreDeliveredTest {
    private static final String NEW_SECRET = "whsec_" + secret(1);
    private static final String OLD_SECRET = secret(2);
    private static final WebhookEndpoint.Retry PATIENT =
            new WebhookEndpoint.Retry(Duration.ofSeconds(30), 10_000, Duration.ofHours(1), Duration.ofMillis(20));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Webhooks> nodes = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private EventBed bed;
    private Receiver receiver;

    private static String secret(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return Base64.getEncoder().encodeToString(key);
    }

    @BeforeEach
    void open() throws SQLException, IOException {
        bed = new EventBed();
        receiver = new Receiver();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
        nodes.forEach(Webhooks::close);
        for (AutoCloseable one : opened) {
            one.close();
        }
        bed.close();
    }

    private static WebhookEndpoint endpoint(String id, Receiver to, WebhookEndpoint.Retry retry, String... tenants) {
        return new WebhookEndpoint(
                id,
                to.url(),
                List.of(SigningKey.parse(NEW_SECRET), SigningKey.parse(OLD_SECRET)),
                Set.of(tenants),
                EnumSet.allOf(EventKind.class),
                retry,
                List.of());
    }

    private static WebhookEndpoint secured(int port, LoopbackCertificate authority) {
        return new WebhookEndpoint(
                "shop",
                URI.create("https://127.0.0.1:" + port + "/hook"),
                List.of(SigningKey.parse(NEW_SECRET)),
                Set.of(),
                EnumSet.allOf(EventKind.class),
                PATIENT,
                List.of(authority.certificate()));
    }

    private WebhookEndpoint endpoint() {
        return endpoint("shop", receiver, PATIENT);
    }

    private Webhooks node(WebhookEndpoint... endpoints) {
        Database pool = bed.node();
        opened.add(pool);
        Webhooks node = new Webhooks(pool.pool(), meters);
        nodes.add(node);
        node.apply(List.of(endpoints));
        node.start();
        return node;
    }

    private WebhookDesk desk() {
        WebhookDesk desk = new WebhookDesk(bed.pool(), () -> nodes.forEach(Webhooks::wake));
        opened.add(desk);
        return desk;
    }

    private long left() throws SQLException {
        return bed.sql().number("SELECT count(*) FROM webhook_deliveries");
    }

    private double count(String result) {
        return meters.counter(MeterNames.WEBHOOK_DELIVERIES, "endpoint", "shop", "result", result)
                .count();
    }

    @Test
    void anEventArrivesSignedByEverySecret() throws Exception {
        bed.usage("acme", 7, "r-1");
        bed.usage("other", 1, "r-2");
        node(endpoint("shop", receiver, PATIENT, "acme"));

        await().until(() -> left() == 0 && receiver.accepted().size() == 1);

        Request request = receiver.accepted().get(0);
        assertThat(request.id()).matches("evt_[0-9a-f]{32}");
        assertThat(request.json().path("id").asText()).isEqualTo(request.id());
        assertThat(request.json().path("type").asText()).isEqualTo("usage.settled");
        assertThat(request.json().at("/data/balance").asText()).isEqualTo("10.5");
        assertThat(request.json().at("/data/records/0/request_id").asText()).isEqualTo("r-1");
        assertThat(Long.parseLong(request.timestamp())).isPositive();
        assertThat(request.signature()).isEqualTo(signature(request, 1) + " " + signature(request, 2));
        await().until(() -> count("delivered") == 1);
    }

    @Test
    void anEndpointWithACertificateOfItsOwnIsTrustedByItsAuthorityOnly() throws Exception {
        LoopbackCertificate shown = LoopbackCertificate.create();
        try (TlsFront front = TlsFront.start(shown, receiver.url().getPort())) {
            bed.usage("acme", 7, "r-1");
            Webhooks node = node(secured(front.port(), LoopbackCertificate.create()));
            await().until(() -> count("failed") > 1);
            assertThat(receiver.accepted()).isEmpty();

            node.apply(List.of(secured(front.port(), shown)));

            await().until(() -> left() == 0 && receiver.accepted().size() == 1);
        }
    }

    private static String signature(Request request, int seed) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = request.id() + "." + request.timestamp() + "." + request.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anEndpointThatWasDownGetsEverythingInOrder() throws Exception {
        receiver.answer(503);
        StringBuilder events = new StringBuilder();
        for (int version = 1; version <= 5; version++) {
            events.append(EventBed.usageSql("acme", version, "a-" + version)).append(';');
            events.append(EventBed.usageSql("beta", version, "b-" + version)).append(';');
        }
        bed.sql().run(events.toString());
        node(endpoint());
        await().until(() -> receiver.requests().size() >= 6);
        assertThat(receiver.requests()).extracting(Request::version).containsOnly(1L);

        receiver.answer(200);

        await().until(() -> left() == 0);
        assertThat(versions("acme")).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(versions("beta")).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    private List<Long> versions(String tenant) {
        return receiver.accepted().stream()
                .filter(request -> request.tenant().equals(tenant))
                .map(Request::version)
                .distinct()
                .toList();
    }

    @Test
    void whatANodeDeliveredBeforeItWasKilledArrivesAgainWithTheSameId() throws Exception {
        bed.usage("acme", 1, "r-1");
        new FanOut(bed.pool(), () -> List.of(endpoint()), () -> {}).run();
        try (Connection killed = bed.pool().getConnection()) {
            Lanes.Lease lease = Lanes.claim(killed, endpoint(), 4).get(0);
            assertThat(Lanes.claim(killed, endpoint(), 4))
                    .as("a queue has one worker")
                    .isEmpty();
            Delivery delivery = Deliveries.next(killed, lease.key(), 1).get(0);
            assertThat(new Sender(endpoint()).send(delivery).delivered()).isTrue();
        }
        bed.sql().run("UPDATE webhook_lanes SET ready_at = now()");

        node(endpoint());

        await().until(() -> left() == 0);
        assertThat(receiver.accepted()).hasSize(2);
        assertThat(receiver.accepted().get(1).id())
                .isEqualTo(receiver.accepted().get(0).id());
        assertThat(receiver.accepted().get(1).body())
                .isEqualTo(receiver.accepted().get(0).body());
    }

    @Test
    void twoNodesAtOnceShareTheWorkAndKeepTheOrder() throws Exception {
        node(endpoint());
        node(endpoint());
        StringBuilder events = new StringBuilder();
        for (int version = 1; version <= 30; version++) {
            for (String tenant : List.of("a", "b", "c", "d")) {
                events.append(EventBed.usageSql(tenant, version, tenant + version))
                        .append(';');
            }
        }
        bed.sql().run(events.toString());

        await().until(() -> bed.sql().number("SELECT count(*) FROM outbox WHERE fanned_at IS NULL") == 0);
        await().until(() -> left() == 0);

        Map<String, String> versionById = new HashMap<>();
        receiver.accepted().forEach(request -> versionById.put(request.id(), request.tenant() + request.version()));
        assertThat(versionById.values()).hasSize(120).doesNotHaveDuplicates();
        for (String tenant : List.of("a", "b", "c", "d")) {
            assertThat(versions(tenant)).isSorted().hasSize(30);
        }
    }

    @Test
    void anEndpointThatHangsDelaysNeitherTheOthersNorTheBalances() throws Exception {
        try (Receiver stuck = new Receiver()) {
            stuck.hang();
            node(endpoint("stuck", stuck, PATIENT), endpoint());
            bed.usage("acme", 1, "r-1");
            await().until(() -> stuck.requests().size() == 1);
            FakeMirror mirror = new FakeMirror();
            OutboxRelay relay = new OutboxRelay(bed.pool(), mirror, new Signal(), tenant -> {}, new EverybodyReads());
            Thread relaying = new Thread(relay);
            relaying.start();
            for (int version = 2; version <= 20; version++) {
                bed.usage("acme", version, "r-" + version);
            }

            await().until(() -> receiver.accepted().size() >= 20);
            await().until(() -> mirror.version("acme") == 20);

            assertThat(stuck.accepted()).isEmpty();
            relay.close();
            relaying.join();
        }
    }

    private static final class EverybodyReads implements OutboxReaders {
        @Override
        public boolean streaming() {
            return true;
        }

        @Override
        public boolean fanning() {
            return true;
        }

        @Override
        public int upkeep(Connection connection) {
            return 0;
        }
    }

    @Test
    void whatIsGivenUpIsKeptAndDeliveredAgainWhenAskedFor() throws Exception {
        receiver.answer(500);
        bed.usage("acme", 1, "r-1");
        bed.usage("acme", 2, "r-2");
        node(endpoint(
                "shop",
                receiver,
                new WebhookEndpoint.Retry(Duration.ofSeconds(30), 2, Duration.ofHours(1), Duration.ofMillis(20))));
        WebhookDesk desk = desk();
        Filter all = new Filter("shop", null, null, 10);

        await().until(() -> get(desk.deadLetters(all)).size() == 2);
        List<DeadLetter> dead = get(desk.deadLetters(all));
        assertThat(dead).allSatisfy(letter -> {
            assertThat(letter.attempts()).isEqualTo(2);
            assertThat(letter.status()).isEqualTo(500);
        });
        await().until(() -> count("dead") == 2 && count("failed") == 2);
        assertThat(get(desk.queues())).isEqualTo(Map.of("shop", new Queue(0, 2, null)));
        assertThat(get(desk.deadLetters(new Filter("shop", "beta", null, 10)))).isEmpty();
        assertThat(get(desk.deadLetters(new Filter(null, null, dead.get(0).id(), 10))))
                .containsExactly(dead.get(1));

        receiver.answer(200);
        assertThat(get(desk.redeliver(new Selection("other", null, Set.of())))).isZero();
        assertThat(get(desk.redeliver(
                        new Selection("shop", null, Set.of(dead.get(1).id())))))
                .isEqualTo(1);

        await().until(() -> left() == 1);
        assertThat(receiver.accepted())
                .singleElement()
                .satisfies(request ->
                        assertThat(request.id()).isEqualTo(dead.get(1).eventId()));
        assertThat(get(desk.redeliver(new Selection("shop", null, Set.of())))).isEqualTo(1);
        await().until(() -> left() == 0);
    }

    @Test
    void redirectsAreNotFollowedAndGoneMeansGone() throws Exception {
        receiver.answer(307);
        WebhookEndpoint.Retry once =
                new WebhookEndpoint.Retry(Duration.ofSeconds(30), 1, Duration.ofHours(1), Duration.ofMillis(20));
        node(endpoint("shop", receiver, once), endpoint("gone", receiver, PATIENT));
        bed.usage("acme", 1, "r-1");
        await().until(() -> count("dead") == 1);
        assertThat(receiver.requests()).extracting(Request::path).containsOnly("/hook");

        receiver.answer(410);

        await().until(() -> bed.sql()
                        .number(
                                "SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = 'gone' AND last_status = 410")
                == 1);
        await().until(() -> bed.sql().number("SELECT count(*) FROM webhook_deliveries WHERE died_at IS NOT NULL") == 2);
    }

    @Test
    void anEventThatCommitsLateIsNotMissed() throws Exception {
        node(endpoint());
        try (Connection early = bed.sql().connect()) {
            early.setAutoCommit(false);
            early.createStatement().execute(EventBed.usageSql("acme", 1, "early"));
            bed.usage("beta", 1, "late");
            await().until(() -> receiver.accepted().size() == 1);
            early.commit();
        }
        await().until(() -> receiver.accepted().size() == 2);
        assertThat(receiver.accepted()).extracting(Request::tenant).containsExactly("beta", "acme");
    }
}
