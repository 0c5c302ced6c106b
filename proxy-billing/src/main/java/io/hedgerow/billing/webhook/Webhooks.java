package io.hedgerow.billing.webhook;

import io.hedgerow.billing.event.FeedLoop;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** All endpoints: the fan-out, and a worker for each. Thread-safe. */
public final class Webhooks implements AutoCloseable {
    private static final long FAN_OUT_MILLIS = 100;
    private static final long CLOSING_MILLIS = 1_000;

    private final DataSource database;
    private final MeterRegistry meters;
    private final FeedLoop fanOut;
    private final Map<String, EndpointWorker> workers = new LinkedHashMap<>();
    private volatile List<WebhookEndpoint> endpoints = List.of();
    private boolean started;

    /** Speaks to nobody before {@link #start}. */
    public Webhooks(DataSource database, MeterRegistry meters) {
        this.database = database;
        this.meters = meters;
        this.fanOut = new FeedLoop(
                "hedgerow-webhooks-fan-out", FAN_OUT_MILLIS, new FanOut(database, this::endpoints, this::wake));
    }

    /** The endpoints in force. */
    public List<WebhookEndpoint> endpoints() {
        return endpoints;
    }

    /** From now on these endpoints; one that changed goes on where it was. */
    public synchronized void apply(List<WebhookEndpoint> now) {
        endpoints = List.copyOf(now);
        if (started) {
            adapt();
        }
    }

    /** Begins, once the schema is there. */
    public synchronized void start() {
        started = true;
        fanOut.start();
        adapt();
    }

    private void adapt() {
        for (EndpointWorker worker : List.copyOf(workers.values())) {
            if (!endpoints.contains(worker.endpoint())) {
                workers.remove(worker.endpoint().id());
                worker.stop();
            }
        }
        for (WebhookEndpoint endpoint : endpoints) {
            if (!workers.containsKey(endpoint.id())) {
                EndpointWorker worker =
                        new EndpointWorker(endpoint, database, new DeliveryMeters(meters, endpoint.id()));
                workers.put(endpoint.id(), worker);
                worker.start();
            }
        }
    }

    /** There may be something to deliver. */
    public synchronized void wake() {
        workers.values().forEach(EndpointWorker::wake);
    }

    /** Measures what waits. */
    public void upkeep(Connection connection) throws SQLException {
        List<EndpointWorker> now;
        synchronized (this) {
            now = new ArrayList<>(workers.values());
        }
        for (EndpointWorker worker : now) {
            DeadLetters.measure(connection, worker.endpoint().id(), worker.meters());
        }
    }

    /** Interrupts what is being sent. */
    @Override
    public synchronized void close() {
        started = false;
        workers.values().forEach(EndpointWorker::stop);
        fanOut.close(CLOSING_MILLIS);
        try {
            for (EndpointWorker worker : workers.values()) {
                worker.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.clear();
    }
}
