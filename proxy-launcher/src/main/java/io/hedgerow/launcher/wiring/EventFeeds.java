package io.hedgerow.launcher.wiring;

import io.hedgerow.billing.FeedSettings;
import io.hedgerow.billing.event.StreamRelay;
import io.hedgerow.billing.webhook.SigningKey;
import io.hedgerow.billing.webhook.WebhookEndpoint;
import io.hedgerow.core.config.EventsConfig;
import java.util.List;

/** The configuration of events as the billing takes it. */
final class EventFeeds {
    private EventFeeds() {}

    static FeedSettings of(EventsConfig events) {
        EventsConfig.Stream stream = events.stream();
        return new FeedSettings(
                new StreamRelay.Settings(stream.enabled(), stream.shards(), stream.maxLength()),
                events.webhooks().stream().map(EventFeeds::endpoint).toList());
    }

    private static WebhookEndpoint endpoint(EventsConfig.Webhook webhook) {
        return new WebhookEndpoint(
                webhook.id(),
                webhook.url(),
                webhook.secrets().stream()
                        .map(secret -> SigningKey.parse(secret.reveal()))
                        .toList(),
                webhook.tenants(),
                webhook.events(),
                new WebhookEndpoint.Retry(webhook.timeout(), webhook.maxAttempts(), webhook.giveUpAfter()),
                webhook.authority() == null ? List.of() : webhook.authority().certificates());
    }
}
