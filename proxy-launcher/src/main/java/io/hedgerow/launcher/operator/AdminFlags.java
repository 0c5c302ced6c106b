package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.hedgerow.core.config.Secret;
import io.hedgerow.launcher.command.AdminTokenFlag;
import io.hedgerow.launcher.command.LogLevels;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which gateway is talked to, and how its answers are printed. */
final class AdminFlags {
    @Option(
            names = "--admin-url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "A gateway's admin port (default: ${DEFAULT-VALUE}).")
    private URI url;

    @Mixin
    private AdminTokenFlag tokenFlag = new AdminTokenFlag();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "15s",
            description = "How long to wait for an answer (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--json", description = "Print the answer as JSON, for programs.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The endpoints; wrong usage where the flags do not lead to them. */
    AdminApi api() {
        LogLevels.quietUnlessAsked(System.getenv());
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw wrong("--admin-url is not an address such as http://127.0.0.1:9090");
        }
        Secret token;
        try {
            token = tokenFlag.read(System.getenv());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        if (token == null) {
            throw wrong("the admin token is missing: set HEDGEROW_ADMIN_TOKEN or give --admin-token-file");
        }
        if (!token.reveal().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw wrong("the admin token has a character that no header can carry (a space or line end perhaps)");
        }
        return new AdminApi(url, token, timeout, line());
    }

    /** Prints the answer itself for programs, else what is made of it for people. */
    int print(JsonNode answer, BiConsumer<JsonNode, PrintWriter> people) {
        if (json) {
            line().getOut().println(answer);
        } else {
            people.accept(answer, line().getOut());
        }
        line().getOut().flush();
        return 0;
    }

    /** For what people should know and programs should not read. */
    void remark(String text) {
        line().getErr().println(text);
        line().getErr().flush();
    }

    ParameterException wrong(String message) {
        return new ParameterException(line(), message);
    }

    CommandLine line() {
        return command.commandLine();
    }
}
