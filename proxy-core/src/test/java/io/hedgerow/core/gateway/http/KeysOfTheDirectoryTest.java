package io.hedgerow.core.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.ApiKey;
import io.hedgerow.core.port.KeySecret;
import io.hedgerow.core.port.KeyTerms;
import io.hedgerow.testkit.mock.MockUpstream;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("D7")
class KeysOfTheDirectoryTest {
    private static final String SECRET = KeySecret.generate(new SecureRandom());

    @RegisterExtension
    static final Beds beds = new Beds();

    private final MockUpstream mock = beds.mock("");
    private final GatewayBed bed = beds.over(mock.baseUrl());
    private final RawClient client = beds.client(bed);

    private static Optional<ApiKey> key(String tenant, Set<String> models) {
        return Optional.of(new ApiKey(
                "made", new ApiKey.Tenant(tenant, true, 6, List.of(), 0), new KeyTerms(3, 9, 0, List.of(), models)));
    }

    private RawAnswer chat(String secret) {
        return client.send(request(secret)).answer();
    }

    private static String request(String secret) {
        return RawClient.request(RawClient.STREAM).replace(GatewayBed.KEY, secret);
    }

    @Test
    void areInForceWithTheirTermsAndTheirTenant() {
        bed.ports.keyRule = hash -> CompletableFuture.completedFuture(
                hash.equals(KeySecret.sha256(SECRET)) ? key("beta", Set.of()) : Optional.empty());
        assertThat(chat(SECRET).status()).isEqualTo(200);
        assertThat(bed.record().keyId()).isEqualTo("made");
        assertThat(bed.record().tenantId()).isEqualTo("beta");
        assertThat(bed.ports.asked.get(0).key().maxConcurrency()).isEqualTo(3);
        assertThat(bed.ports.asked.get(0).tenant()).isEqualTo(new AdmissionRequest.TenantLimits(true, 6, 0));
    }

    @Test
    void mayBeNarrow() {
        bed.ports.keyRule = hash -> CompletableFuture.completedFuture(key("beta", Set.of("another")));
        assertThat(chat(SECRET).status()).isEqualTo(403);
    }

    @Test
    void areNotLookedUpWhereTheSecretCannotBeOurs() {
        for (String secret : List.of("sk-wrong", "hgw_short", SECRET + "x", SECRET.substring(1), mistyped())) {
            assertThat(chat(secret).status()).as(secret).isEqualTo(401);
        }
        assertThat(bed.ports.lookedUp).isEmpty();
        assertThat(chat(SECRET).status()).as("it could be, and is not").isEqualTo(401);
        assertThat(bed.ports.lookedUp).hasSize(1);
    }

    private static String mistyped() {
        char other = SECRET.charAt(20) == 'a' ? 'b' : 'a';
        return SECRET.substring(0, 20) + other + SECRET.substring(21);
    }

    @Test
    void areNotJudgedWithoutTheirStore() {
        bed.ports.keyRule = hash -> CompletableFuture.failedFuture(new IllegalStateException("away"));
        RawAnswer answer = chat(SECRET);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isNotNull();
        assertThat(answer.header("x-should-retry")).isEqualTo("true");
        assertThat(client.chat(RawClient.STREAM).status())
                .as("configured keys go on")
                .isEqualTo(200);
    }

    @Test
    void areNotWaitedForWithoutEnd() {
        bed.ports.keyRule = hash -> new CompletableFuture<>();
        assertThat(chat(SECRET).status()).isEqualTo(503);
        assertThat(bed.ports.asked).isEmpty();
    }

    @Test
    void comeInLateAndTheConnectionGoesOn() {
        int status = chatWithALateKey();
        for (int again = 0; again < 5 && status == 503; again++) {
            // Late is not too late: where this thread stood still for seconds, it was.
            status = chatWithALateKey();
        }
        assertThat(status).isEqualTo(200);
        assertThat(chat(SECRET).status()).isEqualTo(200);
    }

    private int chatWithALateKey() {
        CompletableFuture<Optional<ApiKey>> late = new CompletableFuture<>();
        int before = bed.ports.lookedUp.size();
        bed.ports.keyRule = hash -> late;
        client.send(request(SECRET));
        Eventually.that(() -> bed.ports.lookedUp.size() == before + 1);
        late.complete(key("beta", Set.of()));
        return client.answer().status();
    }

    @Test
    void startNothingForAClientThatLeft() {
        CompletableFuture<Optional<ApiKey>> late = new CompletableFuture<>();
        bed.ports.keyRule = hash -> late;
        client.send(request(SECRET));
        Eventually.that(() -> bed.ports.lookedUp.size() == 1);
        client.close();
        bed.awaitHangUps();
        late.complete(key("beta", Set.of()));
        bed.awaitLoops();
        assertThat(bed.ports.asked).isEmpty();
    }

    @Test
    void ofTheFileCountNoMoreOnceTheOperatorRevokedThem() {
        assertThat(client.chat(RawClient.STREAM).status()).isEqualTo(200);
        bed.ports.withdrawn.add(KeySecret.sha256(GatewayBed.KEY));
        assertThat(client.chat(RawClient.STREAM).status()).isEqualTo(401);
        assertThat(bed.ports.lookedUp).isEmpty();
    }
}
