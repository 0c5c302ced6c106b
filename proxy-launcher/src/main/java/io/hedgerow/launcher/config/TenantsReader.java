package io.hedgerow.launcher.config;

import static io.hedgerow.launcher.yaml.Scalars.wholeNumber;

import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.config.TenantConfig.KeyConfig;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.launcher.yaml.InvalidValueException;
import io.hedgerow.launcher.yaml.Nearest;
import io.hedgerow.launcher.yaml.Scalars;
import io.hedgerow.launcher.yaml.Section;
import io.hedgerow.launcher.yaml.Value;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code tenants} and their keys. Secrets leave this class as hashes only. */
final class TenantsReader {
    private static final int MANY = 1_000_000_000;

    private final Set<String> models;
    private final Set<String> keyIds = new HashSet<>();
    private final Map<String, String> keyIdBySecret = new HashMap<>();

    TenantsReader(Set<String> models) {
        this.models = models;
    }

    List<TenantConfig> read(Section root) {
        Map<String, TenantConfig> tenants = new LinkedHashMap<>();
        for (Value item : root.items("tenants")) {
            TenantConfig tenant = tenant(item.section());
            if (!tenant.id().isEmpty() && tenants.putIfAbsent(tenant.id(), tenant) != null) {
                item.reject("there is another tenant \"" + tenant.id() + "\"");
            }
        }
        if (keyIds.isEmpty()) {
            root.self().warn("no tenant has a key, so that every request will be refused");
        }
        return List.copyOf(tenants.values());
    }

    private TenantConfig tenant(Section section) {
        String id = section.require("id", Scalars.id(), "");
        Long balance = null;
        Value given = section.find("balance");
        if (given != null) {
            balance = given.read(Scalars.nanoUsd(), 0L);
        }
        Value credit = section.find("credit_limit");
        long creditLimit = credit == null ? 0 : credit.read(Scalars.nanoUsd(), 0L);
        if (balance == null && credit != null) {
            balance = 0L;
        }
        int most = section.read("max_concurrency", wholeNumber(0, MANY), 0);
        List<BudgetLimit> budgets = BudgetsReader.ofTenant(section);
        List<KeyConfig> keys = new ArrayList<>();
        for (Value item : section.items("keys")) {
            keys.add(key(item));
        }
        section.finish();
        return new TenantConfig(id, balance, most, budgets, keys, creditLimit);
    }

    private KeyConfig key(Value item) {
        Section section = item.section();
        String id = section.require("id", Scalars.id(), "");
        if (!id.isEmpty() && !keyIds.add(id)) {
            item.reject("there is another key \"" + id + "\"");
        }
        KeyConfig key = new KeyConfig(
                id,
                secret(section, id),
                section.read("max_concurrency", wholeNumber(0, MANY), 0),
                section.read("rpm", wholeNumber(0, MANY), 0),
                section.read("tpm", wholeNumber(0, MANY), 0),
                BudgetsReader.ofKey(section, id),
                allowedModels(section));
        section.finish();
        return key;
    }

    private Set<String> allowedModels(Section key) {
        Set<String> allowed = new LinkedHashSet<>();
        for (Value item : key.items("models")) {
            allowed.add(item.read(this::model, ""));
        }
        return allowed;
    }

    private String model(String id) throws InvalidValueException {
        if (!models.contains(id)) {
            throw new InvalidValueException("is not the id of a model", Nearest.to(id, models));
        }
        return id;
    }

    private String secret(Section section, String keyId) {
        Value value = section.find("secret");
        if (value == null) {
            section.missing("secret");
        }
        String secret = value == null ? null : value.readSecret();
        if (value == null || secret == null) {
            return "";
        }
        String hash = sha256(secret);
        String other = keyIdBySecret.putIfAbsent(hash, keyId);
        if (other != null) {
            value.reject("is the secret of the key \"" + other + "\" too");
        }
        return hash;
    }

    /** The hash by which a key is known, in lower-case hex. */
    static String sha256(String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
