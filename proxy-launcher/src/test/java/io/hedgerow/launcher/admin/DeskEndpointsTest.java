package io.hedgerow.launcher.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.EventsConfig.Webhook;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.port.WebhookAdmin.Filter;
import io.hedgerow.core.port.WebhookAdmin.Selection;
import io.hedgerow.launcher.reload.ReloadResult;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeskEndpointsTest {
    private final FakeDesk desk = new FakeDesk();
    private final FakeStores stores = new FakeStores();
    private final FakeAccounts accounts = new FakeAccounts();
    private final Endpoints endpoints = new Endpoints(() -> GatewayStatus.STARTING, () -> "");

    DeskEndpointsTest() {
        Webhook shop = new Webhook(
                "shop",
                URI.create("https://shop.example/hook?token=hidden"),
                List.of(),
                Set.of(),
                Set.of(),
                Duration.ofSeconds(1),
                1,
                Duration.ofSeconds(1),
                null);
        GatewayConfig config = new GatewayConfig(
                Map.of(),
                Map.of(),
                LimitsConfig.DEFAULT,
                GatewayConfig.StoresConfig.EMBEDDED,
                List.of(),
                TrafficConfig.DEFAULT,
                BillingConfig.DEFAULT,
                new EventsConfig(EventsConfig.Stream.OFF, List.of(shop)));
        endpoints.attach(new AdminBackend(
                () -> config,
                stores,
                stores,
                stores,
                accounts,
                accounts,
                desk.desk(),
                Map::of,
                (id, tenant, others) -> {
                    throw new AssertionError("nobody ends a session here");
                },
                () -> new ReloadResult.Applied(List.of()),
                () -> 0));
    }

    private JsonNode ask(String method, String path, String body) throws Exception {
        Reply reply = endpoints
                .answer(Call.of(method, URI.create("/admin/v1/" + path), body, null))
                .toCompletableFuture()
                .join();
        assertThat(reply.status()).isEqualTo(200);
        return Reply.JSON.readTree(reply.body());
    }

    @Test
    void webhooksAreListedWithTheirQueuesAndWithoutTheirSecrets() throws Exception {
        JsonNode list = ask("GET", "webhooks", "").path("webhooks");
        assertThat(list).hasSize(2);
        assertThat(list.at("/0/url").asText()).isEqualTo("https://shop.example/hook");
        assertThat(list.at("/0/waiting").asLong()).isEqualTo(3);
        assertThat(list.at("/0/oldest").asText()).isEqualTo("2026-01-01T00:00:00.000000Z");
        assertThat(list.at("/1/id").asText()).isEqualTo("former");
        assertThat(list.at("/1/url").isNull()).isTrue();
    }

    @Test
    void deadLettersAreListedAndDeliveredAgain() throws Exception {
        JsonNode letter =
                ask("GET", "webhooks/dead?endpoint=shop&cursor=3&limit=7", "").at("/dead/0");
        assertThat(desk.listed).containsExactly(new Filter("shop", null, 3L, 8));
        assertThat(letter.path("event_id").asText()).isEqualTo("evt_1");
        assertThat(letter.path("status").isNull()).isTrue();

        JsonNode done = ask("POST", "webhooks/redeliver", "{\"endpoint\":\"shop\",\"ids\":[17,18]}");
        assertThat(done.path("redelivered").asInt()).isEqualTo(1);
        ask("POST", "webhooks/redeliver", "{\"endpoint\":\"shop\",\"tenant\":\"acme\",\"all\":true}");
        assertThat(desk.redelivered)
                .containsExactly(
                        new Selection("shop", null, Set.of(17L, 18L)), new Selection("shop", "acme", Set.of()));
        assertThatThrownBy(() -> ask("POST", "webhooks/redeliver", "{\"endpoint\":\"shop\"}"))
                .isInstanceOf(AdminException.class)
                .hasMessageContaining("either");
        assertThatThrownBy(() -> ask("POST", "webhooks/redeliver", "{\"endpoint\":\"shop\",\"all\":\"yes\"}"))
                .hasMessageContaining("neither true nor false");
    }

    @Test
    void quarantineIsShownRetriedAndDiscarded() throws Exception {
        assertThat(ask("GET", "quarantine", "").at("/quarantine/0/reason").asText())
                .isEqualTo("refused");
        assertThat(ask("GET", "quarantine/5", "").path("content").asText()).contains("UsageRecord");
        assertThatThrownBy(() -> ask("POST", "quarantine/5/retry", "")).hasMessageContaining("it is still refused");
        assertThat(ask("DELETE", "quarantine/5", "").path("discarded").asBoolean())
                .isTrue();
        assertThat(desk.worked).containsExactly("retry 5", "discard 5");
        assertThatThrownBy(() -> ask("GET", "quarantine/x", "")).hasMessageContaining("number x");
    }
}
