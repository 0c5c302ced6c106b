package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.testkit.mock.MockUpstream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A provider that is down costs neither its store nor itself a question per request. */
@Tag("H10")
class AnOpenBreakerCausesNoStormTest {
    private static final int REQUESTS = 200;

    /** Five failures, and probes with pauses that double: some more on a machine that stands still for minutes. */
    private static final int FEW = 20;

    @RegisterExtension
    static final Beds beds = new Beds();

    @Test
    void onlyProbesAskForPlacesAtAProviderThatIsDown() {
        MockUpstream down = beds.mock("status=500");
        MockUpstream up = beds.mock("");
        GatewayBed bed = beds.over(down.baseUrl(), up.baseUrl());
        RawClient client = beds.client(bed);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(client.chat(RawClient.STREAM).status()).isEqualTo(200);
        }
        bed.records(REQUESTS);
        assertThat(bed.ports.wishes.stream().filter(wish -> wish.providerId().equals("a")))
                .hasSizeBetween(5, FEW);
        assertThat(bed.ports.wishes).hasSizeLessThan(REQUESTS + FEW);
        assertThat(down.stats().requests()).isBetween(5L, (long) FEW);
        assertThat(up.stats().requests()).isEqualTo(REQUESTS);
    }
}
