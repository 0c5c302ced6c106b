package io.hedgerow.launcher.config;

import static io.hedgerow.launcher.yaml.Durations.format;

import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.port.EventKind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Writes what other systems are told; secrets and queries, which may hold one, are masked. */
final class EventsPrinter {
    private static final String MASK = "\"****\"";

    private EventsPrinter() {}

    static List<String> lines(EventsConfig events) {
        List<String> lines = new ArrayList<>();
        EventsConfig.Stream stream = events.stream();
        lines.add("event_stream: {enabled: " + stream.enabled() + ", shards: " + stream.shards() + ", max_length: "
                + stream.maxLength() + "}");
        lines.add(events.webhooks().isEmpty() ? "webhooks: []" : "webhooks:");
        for (EventsConfig.Webhook webhook : events.webhooks()) {
            lines.add("  - id: " + webhook.id());
            lines.add("    url: " + url(webhook.url()));
            lines.add("    secrets: ["
                    + String.join(
                            ", ", webhook.secrets().stream().map(secret -> MASK).toList()) + "]");
            lines.add("    tenants: "
                    + (webhook.tenants().isEmpty()
                            ? "all"
                            : webhook.tenants().stream().sorted().toList()));
            lines.add("    events: "
                    + webhook.events().stream().sorted().map(EventKind::word).toList());
            lines.add("    timeout: " + format(webhook.timeout()));
            lines.add("    max_attempts: " + webhook.maxAttempts());
            lines.add("    give_up_after: " + format(webhook.giveUpAfter()));
            EventsConfig.Authority authority = webhook.authority();
            if (authority != null) {
                lines.add("    ca_file: \"" + authority.file() + "\"");
            }
        }
        return lines;
    }

    private static String url(URI url) {
        String text = url.toString();
        return url.getRawQuery() == null ? text : "\"" + text.substring(0, text.indexOf('?') + 1) + "****\"";
    }
}
