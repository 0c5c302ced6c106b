package io.hedgerow.launcher.command;

import io.hedgerow.core.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Secrets of commands: from a file or from the environment, never from a flag's value. */
final class Secrets {
    private Secrets() {}

    /** The file's content, else the variable's, else null; without the white space around it. */
    static @Nullable Secret read(String variable, @Nullable Path file, Map<String, String> environment) {
        String value = file == null ? environment.get(variable) : content(file);
        return value == null || value.isBlank() ? null : new Secret(value.strip());
    }

    private static String content(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e, e);
        }
    }
}
