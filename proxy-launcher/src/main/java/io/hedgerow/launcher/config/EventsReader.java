package io.hedgerow.launcher.config;

import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.EventsConfig.Authority;
import io.hedgerow.core.config.EventsConfig.Stream;
import io.hedgerow.core.config.EventsConfig.Webhook;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.port.EventKind;
import io.hedgerow.launcher.yaml.Certificates;
import io.hedgerow.launcher.yaml.Durations;
import io.hedgerow.launcher.yaml.Scalars;
import io.hedgerow.launcher.yaml.Section;
import io.hedgerow.launcher.yaml.Urls;
import io.hedgerow.launcher.yaml.Value;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code event_stream} and {@code webhooks}. */
final class EventsReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GIVE_UP = Duration.ofHours(24);
    private static final int ATTEMPTS = 100;
    private static final int SHORTEST_KEY = 24;
    private static final int LONGEST_KEY = 64;

    private EventsReader() {}

    static EventsConfig read(Section root) {
        return new EventsConfig(stream(root.section("event_stream")), webhooks(root));
    }

    private static Stream stream(Section section) {
        Stream stream = new Stream(
                section.read("enabled", Scalars.flag(), false),
                section.read("shards", Scalars.wholeNumber(1, 64), Stream.OFF.shards()),
                section.read("max_length", Scalars.wholeNumber(100, 100_000_000), (int) Stream.OFF.maxLength()));
        section.finish();
        return stream;
    }

    private static List<Webhook> webhooks(Section root) {
        List<Webhook> webhooks = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Value item : root.items("webhooks")) {
            Webhook webhook = webhook(item.section());
            if (!webhook.id().isEmpty() && !ids.add(webhook.id())) {
                item.reject("there is another webhook \"" + webhook.id() + "\"");
            }
            webhooks.add(webhook);
        }
        return webhooks;
    }

    private static Webhook webhook(Section section) {
        Webhook webhook = new Webhook(
                section.require("id", Scalars.id(), ""),
                url(section),
                secrets(section),
                tenants(section),
                events(section),
                section.read("timeout", Durations.between(Duration.ofMillis(100), Duration.ofMinutes(1)), TIMEOUT),
                section.read("max_attempts", Scalars.wholeNumber(1, 10_000), ATTEMPTS),
                section.read("give_up_after", Durations.between(Duration.ofSeconds(1), Duration.ofDays(7)), GIVE_UP),
                authority(section));
        section.finish();
        return webhook;
    }

    /** Null if none is named, or it is a mistake. */
    private static @Nullable Authority authority(Section section) {
        Value value = section.find("ca_file");
        if (value == null) {
            return null;
        }
        Value url = section.find("url");
        if (url != null
                && !url.peek(Urls.webhook(), URI.create("https://invalid"))
                        .getScheme()
                        .equals("https")) {
            value.warn("is of no use: url does not begin with https");
        }
        Path directory = section.directory();
        return value.read(
                        text -> Optional.of(new Authority(
                                directory.resolve(text),
                                Certificates.in(directory).parse(text))),
                        Optional.<Authority>empty())
                .orElse(null);
    }

    private static URI url(Section section) {
        URI standIn = URI.create("https://invalid");
        Value value = section.find("url");
        if (value == null) {
            section.missing("url");
            return standIn;
        }
        URI url = value.read(Urls.webhook(), standIn);
        if ("http".equals(url.getScheme())
                && !List.of("127.0.0.1", "localhost", "[::1]").contains(url.getHost())) {
            value.warn("events are sent without encryption; use https");
        }
        return url;
    }

    /** One, or two while it is changed. */
    private static List<Secret> secrets(Section section) {
        Value one = section.find("secret");
        List<Value> several = section.items("secrets");
        if ((one == null) == several.isEmpty()) {
            section.self().reject("give either \"secret\" or \"secrets\"");
        }
        List<Secret> secrets = new ArrayList<>();
        for (Value value : one == null ? several : List.of(one)) {
            String secret = value.readSecret();
            if (secret != null && !isKey(secret)) {
                value.reject("the secret is not 24 to 64 bytes in base64, with or without whsec_ before it"
                        + " (openssl rand -base64 32 makes one)");
            } else if (secret != null) {
                secrets.add(new Secret(secret));
            }
        }
        return secrets;
    }

    private static boolean isKey(String secret) {
        try {
            int length = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")).length;
            return length >= SHORTEST_KEY && length <= LONGEST_KEY;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A list, or the word all. Tenants may be made at run time: an unknown one is no mistake. */
    private static Set<String> tenants(Section section) {
        Value value = section.find("tenants");
        if (value == null || value.isWord("all")) {
            return Set.of();
        }
        Set<String> tenants = new LinkedHashSet<>();
        value.items().forEach(item -> tenants.add(item.read(Scalars.id(), "")));
        if (tenants.isEmpty()) {
            value.reject("names no tenant; leave it out, or write all, for everybody's events");
        }
        return tenants;
    }

    private static Set<EventKind> events(Section section) {
        Map<String, EventKind> kinds = new LinkedHashMap<>();
        for (EventKind kind : EventKind.values()) {
            kinds.put(kind.word(), kind);
        }
        Set<EventKind> events = EnumSet.noneOf(EventKind.class);
        for (Value item : section.items("events")) {
            events.add(item.read(Scalars.choice(kinds), EventKind.USAGE));
        }
        return events.isEmpty() ? EnumSet.allOf(EventKind.class) : events;
    }
}
