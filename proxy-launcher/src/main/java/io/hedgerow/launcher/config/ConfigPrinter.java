package io.hedgerow.launcher.config;

import static io.hedgerow.launcher.yaml.Durations.format;

import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.ModelConfig.Delay;
import io.hedgerow.core.config.ModelConfig.Hedge;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.ProviderConfig.Timeouts;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.NanoUsd;
import io.hedgerow.launcher.yaml.Scalars;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a configuration as the file that says everything, defaults included, secrets masked. */
public final class ConfigPrinter {
    private static final String MASK = "\"****\"";

    private final StringBuilder out = new StringBuilder();

    private ConfigPrinter() {}

    /** The configuration as YAML. */
    public static String print(GatewayConfig config) {
        ConfigPrinter printer = new ConfigPrinter();
        printer.line("providers:");
        config.providers().values().forEach(printer::provider);
        printer.line("models:");
        config.models().values().forEach(printer::model);
        printer.limits(config.limits());
        printer.traffic(config.traffic());
        printer.line("billing: {charge_losers: " + config.billing().chargeLosers() + "}");
        EventsPrinter.lines(config.events()).forEach(printer::line);
        printer.stores(config.stores());
        printer.tenants(config.tenants());
        return printer.out.toString();
    }

    private void provider(ProviderConfig provider) {
        Timeouts timeouts = provider.timeouts();
        line("  - id: " + provider.id());
        line("    dialect: " + provider.dialect().wireName());
        line("    base_url: " + provider.baseUrl());
        line("    api_key: " + MASK);
        line("    max_concurrency: " + limit(provider.maxConcurrency()));
        line("    max_sessions: " + limit(provider.maxSessions()));
        line("    queue: {length: " + provider.queue().length() + ", timeout: "
                + format(provider.queue().timeout()) + ", keepalive_after: "
                + format(provider.queue().keepaliveAfter()) + "}");
        line("    priority: " + provider.priority());
        line("    weight: " + provider.weight());
        line("    timeouts: {connect: " + format(timeouts.connect()) + ", first_token: " + format(timeouts.firstToken())
                + ", idle: " + format(timeouts.idle()) + ", total: " + format(timeouts.total()) + "}");
        line("    cancel_stops_billing: " + provider.cancelStopsBilling());
    }

    private void model(ModelConfig model) {
        line("  - id: " + model.id());
        line("    targets:");
        for (ModelConfig.Target target : model.targets()) {
            line("      - {provider: " + target.providerId() + ", model: " + quoted(target.upstreamModel())
                    + cost(model, target) + "}");
        }
        line("    hedge: " + hedge(model.hedge()));
        line("    retry: {max_attempts: " + model.maxAttempts() + "}");
        String price = PricePrinter.print(model.prices());
        line("    price: " + price + (price.equals("free") ? "" : " # USD per million tokens"));
    }

    private static String hedge(Hedge hedge) {
        if (hedge.delay() instanceof Delay.Off) {
            return "off";
        }
        String delay = hedge.delay() instanceof Delay.Percentile percentile
                ? "p" + Scalars.plain(BigDecimal.valueOf(percentile.percentile()))
                : hedge.delay() instanceof Delay.Fixed fixed ? format(fixed.delay()) : "off";
        return "{delay: " + delay + ", min_delay: " + format(hedge.minDelay()) + ", max_delay: "
                + format(hedge.maxDelay()) + ", max_attempts: " + hedge.maxAttempts() + ", budget: "
                + Scalars.plain(BigDecimal.valueOf(hedge.budget()).movePointRight(2)) + "%, burst: " + hedge.burst()
                + "}";
    }

    /** What the provider charges, where tenants are charged otherwise. */
    private static String cost(ModelConfig model, ModelConfig.Target target) {
        PriceHistory cost = model.costs(target);
        return cost.equals(model.prices()) ? "" : ", price: " + PricePrinter.print(cost);
    }

    private void limits(LimitsConfig limits) {
        line("limits:");
        line("  lease: " + format(limits.lease()));
        line("  default_max_output_tokens: " + limits.defaultMaxOutputTokens());
        line("  max_body: " + size(limits.maxBodyBytes()));
        line("  max_answer: " + size(limits.maxAnswerBytes()));
        line("  client_buffer: " + size(limits.clientBufferBytes()));
        line("  write_timeout: " + format(limits.writeTimeout()));
        line("  drain_timeout: " + format(limits.drainTimeout()));
        line("  on_overrun: " + limits.onOverrun().name().toLowerCase(Locale.ROOT));
    }

    private void traffic(TrafficConfig traffic) {
        line("routing: {affinity: " + (traffic.affinity() ? "on" : "off") + ", prefix_from: "
                + size(traffic.prefixBytes()) + "}");
        line("rollout: {hedging: "
                + Scalars.plain(BigDecimal.valueOf(traffic.hedging()).movePointRight(2)) + "%}");
    }

    private void stores(GatewayConfig.StoresConfig stores) {
        line("stores:");
        line("  on_redis_failure: " + stores.onRedisFailure().name().toLowerCase(Locale.ROOT));
        store("redis", stores.redisUrl(), stores.redisUser(), stores.redisPassword());
        if (stores.redisCaFile() != null) {
            line("  redis_ca_file: " + quoted(stores.redisCaFile().toString()));
        }
        store("database", stores.databaseUrl(), stores.databaseUser(), stores.databasePassword());
    }

    private void store(String name, @Nullable String url, @Nullable String user, @Nullable Object password) {
        line("  " + name + "_url: " + (url == null ? "null # the embedded one, unless a flag names another" : url));
        if (user != null) {
            line("  " + name + "_user: " + quoted(user));
        }
        if (password != null) {
            line("  " + name + "_password: " + MASK);
        }
    }

    private void tenants(Collection<TenantConfig> tenants) {
        line(tenants.isEmpty() ? "tenants: []" : "tenants:");
        for (TenantConfig tenant : tenants) {
            line("  - id: " + tenant.id());
            Long balance = tenant.balanceNanoUsd();
            line("    balance: "
                    + (balance == null ? "null # billed afterwards" : "\"" + NanoUsd.format(balance) + "\""));
            if (balance != null) {
                line("    credit_limit: \"" + NanoUsd.format(tenant.creditLimitNanoUsd()) + "\"");
            }
            line("    max_concurrency: " + limit(tenant.maxConcurrency()));
            budgets("    ", "budgets", tenant.budgets());
            line(tenant.keys().isEmpty() ? "    keys: []" : "    keys:");
            tenant.keys().forEach(this::key);
        }
    }

    private void key(TenantConfig.KeyConfig key) {
        String models = key.models().isEmpty()
                ? "[] # all"
                : "[" + String.join(", ", key.models().stream().sorted().toList()) + "]";
        line("      - id: " + key.id());
        line("        secret: " + MASK);
        line("        max_concurrency: " + limit(key.maxConcurrency()));
        line("        rpm: " + limit(key.requestsPerMinute()));
        line("        tpm: " + limit(key.tokensPerMinute()));
        budgets("        ", "budget", key.budgets());
        line("        models: " + models);
    }

    private void budgets(String indent, String name, List<BudgetLimit> budgets) {
        if (!budgets.isEmpty()) {
            line(indent + name + ":");
            budgets.forEach(budget -> line(indent + "  - " + budget(budget)));
        }
    }

    private static String budget(BudgetLimit budget) {
        String zone = budget.rolling() || budget.zone().normalized().equals(ZoneOffset.UTC)
                ? ""
                : ", time_zone: " + budget.zone().getId();
        return "{window: " + budget.window().wireName() + ", limit: \"" + NanoUsd.format(budget.limitNanoUsd())
                + "\", mode: " + (budget.rolling() ? "rolling" : "fixed") + zone + "}";
    }

    private static String limit(int limit) {
        return limit == 0 ? "0 # unlimited" : Integer.toString(limit);
    }

    private static String size(int bytes) {
        int mib = 1 << 20;
        return bytes % mib == 0 ? bytes / mib + "MiB" : bytes % 1024 == 0 ? bytes / 1024 + "KiB" : bytes + "B";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
