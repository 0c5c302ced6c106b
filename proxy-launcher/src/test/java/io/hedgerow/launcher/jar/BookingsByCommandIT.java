package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an operator gives back and puts right, and what works on the database of a running gateway. */
@ExtendWith({SharedGateway.Resolver.class, LogsOnFailure.class})
class BookingsByCommandIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final SharedGateway shared;

    BookingsByCommandIT(SharedGateway shared) {
        this.shared = shared;
    }

    @Test
    @Tag("B1")
    void aRequestIsRefundedOnceAndABalancePutRight() throws Exception {
        JsonNode tenant =
                booked("tenant", "create", "booked", "--balance=10", "--credit-limit=1", "--max-concurrency=2");
        assertThat(tenant.path("credit_limit").asText()).isEqualTo("1");
        assertThat(tenant.path("max_concurrency").asInt()).isEqualTo(2);
        String key = booked("key", "create", "booked", "--id=booked-key")
                .path("secret")
                .asText();
        String request = Objects.requireNonNull(
                Load.first(shared.gateway().url(), key, 77).requestId());
        await().until(() -> shared.admin().record(request).isPresent());
        BigDecimal cost = AdminClient.money(shared.admin().get("/admin/v1/usage/" + request), "cost");
        assertThat(cost).isPositive();

        JsonNode refund =
                booked("tenant", "refund", "booked", request, "--idempotency-key=t-1", "--reason=it was slow");
        assertThat(AdminClient.money(refund, "amount")).isEqualByComparingTo(cost);
        assertThat(refund.path("reason").asText()).isEqualTo("it was slow");
        assertThat(booked("tenant", "refund", "booked", request, "--idempotency-key=t-1"))
                .isEqualTo(refund);
        TheJar.Finished again = operate("tenant", "refund", "booked", request);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("given back already").doesNotContain("may be open");

        JsonNode down = booked("tenant", "adjust", "booked", "--amount=-1.25", "--reason=moved");
        assertThat(AdminClient.money(down, "amount")).isEqualByComparingTo("-1.25");
        assertThat(operate("tenant", "adjust", "booked", "--amount=0", "--reason=x")
                        .exitCode())
                .isEqualTo(2);
        assertThat(operate("tenant", "adjust", "booked", "--amount=1").err()).contains("\"reason\" is missing");
        TheJar.Finished shown = operate("usage", "show", request);
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out()).contains(request, "booked-key", "OUTCOME");
    }

    @Test
    void theLedgerOfARunningGatewaysOwnDatabaseIsVerified() throws Exception {
        String data = shared.gateway().home().resolve("data").toString();
        TheJar.Finished verified = TheJar.run(directory, "ledger", "verify", "--data-dir=" + data);
        assertThat(verified.exitCode()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("bookings: as in the ledger", "the ledger balances");
        assertThat(shared.admin().status("/readyz")).isEqualTo(200);

        TheJar.Finished unknown = TheJar.run(
                directory,
                "usage",
                "reconcile",
                "--provider=mian",
                "--csv=" + csv("date,model\n"),
                "--data-dir=" + data);
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("nothing was ever sent to a provider \"mian\"", "main");
        TheJar.Finished empty = TheJar.run(
                directory,
                "usage",
                "reconcile",
                "--provider=main",
                "--csv=" + csv("date,model\n"),
                "--data-dir=" + data);
        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(empty.err()).contains("give --since and --until");
    }

    @Test
    void aDirectoryWithoutADatabaseIsNoneAndIsNotMade() throws Exception {
        TheJar.Finished none = TheJar.run(directory, "ledger", "verify", "--data-dir=typo");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("there is no embedded database in typo");
        assertThat(directory.resolve("typo")).doesNotExist();
    }

    private Path csv(String content) throws Exception {
        return Files.writeString(directory.resolve("export.csv"), content);
    }

    private JsonNode booked(String... arguments) throws Exception {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        TheJar.Finished finished = operate(all);
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        return JSON.readTree(finished.out());
    }

    private TheJar.Finished operate(String... arguments) throws InterruptedException {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--admin-url=" + shared.admin().base();
        return TheJar.run(directory, all);
    }
}
