package io.hedgerow.core.bed;

import io.hedgerow.core.config.ProviderConfig;

/** A provider as it is configured, but for what a test changes. */
public final class ProviderBuilder {
    private final ProviderConfig base;
    private int maxConcurrency;
    private ProviderConfig.Timeouts timeouts;
    private boolean cancelStopsBilling;
    private int maxSessions;
    private ProviderConfig.Queue queue;

    private ProviderBuilder(ProviderConfig base) {
        this.base = base;
        this.maxConcurrency = base.maxConcurrency();
        this.timeouts = base.timeouts();
        this.cancelStopsBilling = base.cancelStopsBilling();
        this.maxSessions = base.maxSessions();
        this.queue = base.queue();
    }

    /** Begins with this one. */
    public static ProviderBuilder of(ProviderConfig base) {
        return new ProviderBuilder(base);
    }

    /** Attempts open at once. */
    public ProviderBuilder maxConcurrency(int value) {
        maxConcurrency = value;
        return this;
    }

    /** How long attempts may take. */
    public ProviderBuilder timeouts(ProviderConfig.Timeouts value) {
        timeouts = value;
        return this;
    }

    /** Whether what is cancelled costs nothing more. */
    public ProviderBuilder cancelStopsBilling(boolean value) {
        cancelStopsBilling = value;
        return this;
    }

    /** Sessions at once. */
    public ProviderBuilder maxSessions(int value) {
        maxSessions = value;
        return this;
    }

    /** Where requests wait. */
    public ProviderBuilder queue(ProviderConfig.Queue value) {
        queue = value;
        return this;
    }

    /** The provider. */
    public ProviderConfig build() {
        return new ProviderConfig(
                base.id(),
                base.dialect(),
                base.baseUrl(),
                base.apiKey(),
                maxConcurrency,
                base.priority(),
                base.weight(),
                timeouts,
                cancelStopsBilling,
                maxSessions,
                queue);
    }
}
