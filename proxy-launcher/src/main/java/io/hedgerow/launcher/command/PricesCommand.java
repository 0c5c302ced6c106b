package io.hedgerow.launcher.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.money.PriceSheet.Band;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.launcher.admin.UnitPricesJson;
import io.hedgerow.launcher.price.PriceEntry;
import io.hedgerow.launcher.price.PriceList;
import io.hedgerow.launcher.price.PriceListException;
import io.hedgerow.launcher.price.PriceSource;
import io.hedgerow.launcher.yaml.Certificates;
import io.hedgerow.launcher.yaml.InvalidValueException;
import io.hedgerow.launcher.yaml.Scalars;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prices}: what a price list says, as the gateway understands it. */
@Command(
        name = "prices",
        description = {
            "Shows a price list as the gateway understands it.",
            "The list is LiteLLM's model_prices_and_context_window.json, which the configuration's \"prices: {import: …}\" takes.",
            "USD per million tokens."
        },
        mixinStandardHelpOptions = true)
public final class PricesCommand implements Callable<Integer> {
    private static final String LINE = "%-52s %-14s %-20s %10s %10s %10s %10s %10s %10s%n";

    @Parameters(paramLabel = "FILE|URL", description = "The list.")
    private String list = "";

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Only this one; exits with 1 if the list does not have it.")
    private @Nullable String model;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Certificates in PEM that an https URL trusts, instead of the JVM's own.")
    private @Nullable String caFile;

    @Option(names = "--json", description = "As JSON, with all tiers.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        PriceList prices;
        try {
            prices = PriceSource.keepingNothing().get(list, caFile(), Path.of(""), err::println);
        } catch (PriceListException e) {
            err.println(list + " " + e.getMessage());
            err.flush();
            return 1;
        }
        Collection<PriceEntry> entries = prices.entries().values();
        if (model != null) {
            PriceEntry entry = prices.find(null, model);
            if (entry == null) {
                List<String> nearest = prices.nearest(model);
                err.println("no price of " + model
                        + (nearest.isEmpty() ? "" : "; nearest are " + String.join(", ", nearest)));
                err.flush();
                return 1;
            }
            entries = List.of(entry);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(entries, prices.others()).toPrettyString());
        } else {
            table(entries, out);
            if (model == null) {
                out.println(
                        entries.size() + " models with prices per token, " + prices.others() + " without are left out");
            }
        }
        out.flush();
        return 0;
    }

    private @Nullable Path caFile() {
        try {
            return caFile == null ? null : Certificates.file(Path.of("")).parse(caFile);
        } catch (InvalidValueException e) {
            throw new ParameterException(spec.commandLine(), "--ca-file " + e.getMessage(), e);
        }
    }

    private static void table(Collection<PriceEntry> entries, PrintWriter out) {
        out.printf(LINE, "MODEL", "PROVIDER", "TIER", "INPUT", "OUTPUT", "CACHED", "WRITE", "WRITE 1H", "REASONING");
        for (PriceEntry entry : entries) {
            for (Band band : entry.sheet().bands()) {
                band.prices().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .forEach(tier -> line(entry, tier.getValue(), out));
            }
        }
    }

    private static void line(PriceEntry entry, UnitPrices prices, PrintWriter out) {
        out.printf(
                LINE,
                entry.name().replaceAll("\\p{Cntrl}", "?"),
                entry.provider().replaceAll("\\p{Cntrl}", "?"),
                prices.tier(),
                Scalars.plain(prices.input()),
                Scalars.plain(prices.output()),
                Scalars.plain(prices.cachedInput()),
                Scalars.plain(prices.cacheWrite()),
                Scalars.plain(prices.cacheWriteHour()),
                Scalars.plain(prices.reasoning()));
    }

    private static ObjectNode json(Collection<PriceEntry> entries, int others) {
        ObjectNode all = new JsonMapper().createObjectNode();
        ArrayNode models = all.putArray("models");
        for (PriceEntry entry : entries) {
            ObjectNode item = models.addObject();
            item.put("name", entry.name());
            item.put("provider", entry.provider());
            item.put("mode", entry.mode());
            item.put("max_input_tokens", entry.maxInputTokens());
            item.put("max_output_tokens", entry.maxOutputTokens());
            ArrayNode tiers = item.putArray("prices");
            for (Band band : entry.sheet().bands()) {
                band.prices().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .forEach(tier -> tier(tiers.addObject(), band, tier.getValue()));
            }
        }
        all.put("others", others);
        return all;
    }

    private static void tier(ObjectNode json, Band band, UnitPrices prices) {
        json.put("tier", prices.tier());
        json.put("above_input_tokens", band.aboveInputTokens());
        UnitPricesJson.add(json, prices);
    }
}
