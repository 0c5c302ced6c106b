package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.reserve;
import static io.hedgerow.redis.TestNodes.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Granted;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.redis.RedisSettings.Login;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.AclCategory;
import io.lettuce.core.AclSetuserArgs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Redis that is there but does not do what it is told: the reason is known, and no limit is lifted. */
@Tag("S9")
class RedisThatRefusesIsSaidToTest {
    private static final Denied AWAY = new Denied(Reason.STORE_UNAVAILABLE);
    private static EmbeddedRedis redis;
    private TestNodes nodes;

    @BeforeAll
    static void start() {
        redis = TestStores.newRedis();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(redis.url());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private RedisStores stranger(@Nullable Login login, FailurePolicy policy) {
        String bare = "redis://127.0.0.1:" + redis.port();
        return nodes.stranger(settings -> RedisSettings.builder(bare, "stranger-" + policy)
                .namespace(nodes.namespace)
                .onFailure(policy)
                .login(login));
    }

    @Test
    void aWrongPasswordIsCalledThat() {
        for (FailurePolicy policy : FailurePolicy.values()) {
            RedisStores node = stranger(new Login(null, "wrong".toCharArray()), policy);
            assertThat(node.connected()).isFalse();
            await().until(() -> "it does not accept the user or the password".equals(node.trouble()));
            assertThat(reserve(node, slot("p", 1000))).isEqualTo(AWAY);
        }
    }

    @Test
    void aMissingPasswordIsCalledThat() {
        RedisStores node = stranger(null, FailurePolicy.ALLOW_BOUNDED);
        await().until(() -> "it wants a password".equals(node.trouble()));
        assertThat(reserve(node, slot("p", 1000))).isEqualTo(AWAY);
        assertThat(node.deciding()).isFalse();
    }

    @Test
    void aUserThatIsTakenAwayWhileTheNodeRunsIsCalledThatAndComesBack() {
        nodes.redis().aclSetuser("gateway", user().addPassword("right"));
        RedisStores node = stranger(new Login("gateway", "right".toCharArray()), FailurePolicy.ALLOW_BOUNDED);
        await().until(node::connected);
        granted(node, slot("p", 1));
        nodes.redis().aclDeluser("gateway");
        try {
            await().until(() -> "it does not accept the user or the password".equals(node.trouble()));
            await().until(() -> !node.connected());
            assertThat(TestNodes.join(node.ping())).isFalse();
            assertThat(node.trouble()).as("after a beat").isEqualTo("it does not accept the user or the password");
            assertThat(reserve(node, slot("p", 1))).isEqualTo(AWAY);
        } finally {
            nodes.redis().aclSetuser("gateway", user().addPassword("right"));
        }
        await().until(node::connected);
        assertThat(reserve(node, slot("p", 1))).isEqualTo(new Denied(Reason.FULL));
        nodes.redis().aclDeluser("gateway");
    }

    @Test
    void aUserWhoMayNotRunScriptsIsCalledThat() {
        nodes.redis().aclSetuser("reader", user().addPassword("right").removeCategory(AclCategory.SCRIPTING));
        RedisStores node = stranger(new Login("reader", "right".toCharArray()), FailurePolicy.ALLOW_BOUNDED);
        await().until(() -> "the user lacks a permission".equals(node.trouble()));
        assertThat(node.connected()).isFalse();
        assertThat(reserve(node, slot("p", 1000))).isEqualTo(AWAY);
        nodes.redis().aclDeluser("reader");
    }

    /** What the operator's page names as enough. */
    private AclSetuserArgs user() {
        return AclSetuserArgs.Builder.on()
                .resetChannels()
                .keyPattern(nodes.namespace + ":*")
                .channelPattern(nodes.namespace + ":*")
                .allCommands()
                .removeCategory(AclCategory.ADMIN)
                .removeCategory(AclCategory.DANGEROUS);
    }

    @Test
    void aReadOnlyReplicaDecidesNothingUntilItIsAMaster() {
        RedisStores refusing = nodes.node(settings -> settings.onFailure(FailurePolicy.REFUSE));
        RedisStores bounded = nodes.node(settings -> settings);
        granted(refusing, slot("p", 4));
        nodes.redis().replicaof("127.0.0.1", 1);
        try {
            await().until(() -> "it is a read-only replica".equals(refusing.trouble())
                    && "it is a read-only replica".equals(bounded.trouble()));
            await().until(() -> !refusing.connected() && !bounded.connected());
            assertThat(reserve(refusing, slot("p", 4))).isEqualTo(AWAY);
            granted(bounded, slot("p", 4));
            granted(bounded, slot("p", 4));
            assertThat(reserve(bounded, slot("p", 4))).isEqualTo(AWAY);
        } finally {
            nodes.redis().replicaofNoOne();
        }
        await().until(() -> reserve(refusing, slot("p", 4)) instanceof Granted);
        await().until(() -> refusing.trouble() == null && bounded.connected());
        assertThat(reserve(refusing, slot("p", 4))).isEqualTo(new Denied(Reason.FULL));
    }

    @Test
    void oneRedisAskedAsAClusterIsCalledThat() {
        String url = redis.url().replace("redis://", "redis-cluster://");
        RedisStores node = nodes.stranger(settings -> RedisSettings.builder(url, "stranger"));
        await().until(() -> "it is no cluster".equals(node.trouble()));
        assertThat(reserve(node, slot("p", 10))).isEqualTo(AWAY);
    }
}
