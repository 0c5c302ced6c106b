package io.hedgerow.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.testkit.stores.TestStores;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsKeepSecretsTest {
    @Test
    void settingsNeverPrintTheUrlOrThePassword() {
        RedisSettings settings = RedisSettings.builder("redis://user:hunter2@localhost", "node")
                .login(new RedisSettings.Login("user", "hunter2".toCharArray()))
                .build();
        assertThat(settings.toString()).doesNotContain("hunter2", "localhost");
        assertThat(String.valueOf(settings.login())).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a:hunter2@b", "redis-cluster://a:hunter2@b:6379,c:port", "redis://a:hunter2@ b"})
    void aWrongUrlIsRefusedWithoutRepeatingIt(String url) {
        try (TestNodes nodes = new TestNodes(TestStores.redis().url())) {
            assertThatThrownBy(() -> nodes.node(settings -> RedisSettings.builder(url, "node")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void thePasswordMayComeApartFromTheUrl() {
        URI url = URI.create(TestStores.redis().url());
        String login = url.getUserInfo();
        if (login == null) {
            return;
        }
        List<String> parts = List.of(login.split(":", 2));
        String bare = "redis://" + url.getHost() + ":" + url.getPort();
        try (TestNodes nodes = new TestNodes(TestStores.redis().url())) {
            RedisStores node = nodes.node(settings -> nodes.at(bare)
                    .login(new RedisSettings.Login(null, parts.get(1).toCharArray())));
            assertThat(node.connected()).isTrue();
        }
    }
}
