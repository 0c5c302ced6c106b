package io.hedgerow.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Exit codes, defaults from the environment, help. */
class CommandLineTest {
    private static final String CONFIG = """
            providers:
              - {id: a, base_url: "http://127.0.0.1:9/v1", api_key: "${file:key}"}
            models:
              - {id: m, targets: [{provider: a}], price: free}
            tenants:
              - {id: t, keys: [{id: k, secret: "${file:key2}"}]}
            limits: {lease: 0s}
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aValidConfigurationIsPrintedMaskedAndItsWarningsApart() throws IOException {
        Path file = config(CONFIG);

        assertThat(run(Map.of(), "check", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("  - id: a\n", "api_key: \"****\"").doesNotContain("sk-1", "sk-2");
        assertThat(err.toString())
                .contains("warning: " + file + ":7:17: limits.lease: a lease of 0 means the default")
                .endsWith("hedgerow.yml: valid\n")
                .doesNotContain("sk-1", "sk-2");
    }

    @Test
    void aWrongConfigurationEndsWithTwoAndEveryMistake() throws IOException {
        Path file = config(CONFIG.replace("provider: a", "provider: b").replace("price: free", "prize: free"));

        assertThat(run(Map.of(), "check", "-c", file.toString())).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith(file + ":4:"))
                .anySatisfy(line -> assertThat(line).contains("unknown key \"prize\" (did you mean \"price\"?)"));
    }

    @Test
    void aFlagThatIsNotGivenReadsItsVariable() throws IOException {
        Path file = config(CONFIG);

        assertThat(run(Map.of("HEDGEROW_CONFIG", file.toString()), "check")).isZero();
        assertThat(run(Map.of("HEDGEROW_CONFIG", "nowhere.yml"), "check", "-c", file.toString()))
                .as("the flag wins")
                .isZero();
        assertThat(run(Map.of("HEDGEROW_CONFIG", "nowhere.yml"), "check")).isEqualTo(2);
        assertThat(err.toString()).contains("nowhere.yml: no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "chekc, check",
        "--versoin, --version",
        "check --confg x, --config",
        "mock-upstream --tfft 5ms, --ttft",
        "health --admin-prot 5, --admin-port",
    })
    void wrongUsageEndsWithTwoAndASuggestion(String arguments, String suggestion) {
        assertThat(run(Map.of(), arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(suggestion).contains("--help'.").hasLineCount(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "health --admin-port many",
                "health --timeout 5",
                "mock-upstream --events lots",
                "mock-upstream --dialect esperanto",
                "mock-upstream --script what=ever",
                "usage prune --before yesterday"
            })
    void aValueThatIsNoneEndsWithTwo(String arguments) {
        assertThat(run(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--help'.").doesNotContain("\tat ", "java.");
    }

    @Test
    void everyCommandAndFlagHasHelpAndEveryFlagWithoutADefaultMayBeLeftOut() {
        CommandSpec root = Hedgerow.commandLine(Map.of()).getCommandSpec();
        for (CommandLine command : root.subcommands().values()) {
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(command.getCommandName())
                    .isNotEmpty();
            for (OptionSpec option : command.getCommandSpec().options()) {
                assertThat(option.description()).as(option.longestName()).isNotEmpty();
            }
            assertThat(run(Map.of(), command.getCommandName(), "--help")).isZero();
        }
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out.toString()).contains("Exit codes");
    }

    @Test
    void theVersionNamesTheJavaItRunsOn() {
        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(out.toString()).startsWith("hedgerow ").contains(System.getProperty("java.version"));
    }

    @Test
    void aVariableNamedLikeHelpDoesNotAskForHelp() throws IOException {
        Path file = config(CONFIG);

        assertThat(run(Map.of("HEDGEROW_HELP", "true", "HEDGEROW_VERSION", "1"), "check", "-c", file.toString()))
                .isZero();
        assertThat(out.toString()).startsWith("providers:");
    }

    @Test
    @Tag("D10")
    void healthAsksTheGatewayItself() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/livez", exchange -> {
            exchange.sendResponseHeaders(200, 3);
            try (exchange) {
                exchange.getResponseBody().write("ok\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        });
        server.createContext("/readyz", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(503, -1);
            }
        });
        server.start();
        String port = Integer.toString(server.getAddress().getPort());
        try {
            assertThat(run(Map.of(), "health", "--timeout=60s", "--admin-port", port))
                    .isZero();
            assertThat(run(Map.of("HEDGEROW_ADMIN_PORT", port), "health", "--timeout=60s"))
                    .isZero();
            assertThat(run(Map.of(), "health", "--ready", "--timeout=60s", "--admin-port", port))
                    .isEqualTo(1);
            assertThat(err.toString()).as("it did answer").isEmpty();
        } finally {
            server.stop(0);
        }
        assertThat(run(Map.of(), "health", "--admin-port", Integer.toString(ClosedPort.number())))
                .isEqualTo(1);
        assertThat(err.toString()).contains("does not answer");
    }

    private Path config(String text) throws IOException {
        Files.writeString(directory.resolve("key"), "sk-1\n");
        Files.writeString(directory.resolve("key2"), "sk-2\n");
        return Files.writeString(directory.resolve("hedgerow.yml"), text);
    }

    private int run(Map<String, String> environment, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Hedgerow.commandLine(environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
