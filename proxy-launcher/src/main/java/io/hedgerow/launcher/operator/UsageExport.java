package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code usage export}: all records, page by page, to standard output. */
@Command(
        name = "export",
        description = {
            "Writes all records to standard output, the newest first.",
            "Holds one page at a time. CSV has one line per request without its attempts; NDJSON has everything."
        },
        mixinStandardHelpOptions = true)
final class UsageExport implements Callable<Integer> {
    private static final int PAGE = 500;
    private static final List<String> COLUMNS = List.of(
            "request_id",
            "client_request_id",
            "tenant_id",
            "key_id",
            "model",
            "dialect",
            "provider_id",
            "upstream_model",
            "status",
            "http_status",
            "input_tokens",
            "cached_input_tokens",
            "cache_write_tokens",
            "output_tokens",
            "reasoning_tokens",
            "usage_source",
            "unit_prices/input",
            "unit_prices/output",
            "unit_prices/cached_input",
            "unit_prices/cache_write",
            "cost",
            "started_at",
            "ttft_ms",
            "duration_ms",
            "hedged",
            "cache_write_1h_tokens",
            "unit_prices/cache_write_1h",
            "unit_prices/reasoning",
            "unit_prices/tier",
            "provider_cost",
            "losers_cost",
            "losers_charged",
            "margin");

    /** How records are written. */
    enum Format {
        CSV,
        NDJSON
    }

    @Mixin
    private AdminFlags admin = new AdminFlags();

    @Mixin
    private UsageCommand.Filter filter = new UsageCommand.Filter();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "csv",
            description = "csv or ndjson (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.CSV) {
            write(out, COLUMNS.stream().map(column -> column.replace('/', '_')).collect(Collectors.joining(",")));
        }
        Map<String, @Nullable Object> parameters = filter.parameters();
        parameters.put("limit", PAGE);
        Pages.each(
                admin.api(),
                "usage",
                "usage",
                parameters,
                record -> write(out, format == Format.CSV ? csv(record) : record.toString()));
        out.flush();
        return 0;
    }

    /** A reader that went away ends the export. */
    private static void write(PrintWriter out, String line) throws IOException {
        out.print(line + "\n");
        if (out.checkError()) {
            throw new IOException("standard output is closed");
        }
    }

    private static String csv(JsonNode record) {
        return COLUMNS.stream().map(column -> field(record.at("/" + column))).collect(Collectors.joining(","));
    }

    /** As RFC 4180 has it; absent values are empty. */
    private static String field(JsonNode value) {
        String text = value.isNull() ? "" : value.asText();
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
