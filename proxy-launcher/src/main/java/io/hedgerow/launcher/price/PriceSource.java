package io.hedgerow.launcher.price;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets price lists from files and URLs. What was last got from a URL is kept, in memory and in a directory, for when the
 * URL does not answer. Blocks; thread-safe.
 */
public final class PriceSource {
    private static final int NAME_BYTES = 8;

    private final @Nullable Path kept;
    private final Map<String, PriceList> lastGood = new ConcurrentHashMap<>();

    private PriceSource(@Nullable Path kept) {
        this.kept = kept;
    }

    /** Keeps what it gets in a directory, which is made when needed. */
    public static PriceSource keepingIn(Path directory) {
        return new PriceSource(directory);
    }

    /** Keeps nothing beyond this process. */
    public static PriceSource keepingNothing() {
        return new PriceSource(null);
    }

    /** Whether this is an address and not a file. */
    public static boolean isUrl(String location) {
        return location.matches("(?i)https?://.*");
    }

    /** Gets a list, from a URL whose certificate the JVM trusts. */
    public PriceList get(String location, Path base, Consumer<String> warn) throws PriceListException {
        return get(location, null, base, warn);
    }

    /**
     * Gets a list.
     *
     * @param caFile certificates in PEM that a URL's has to be signed by; null for whom the JVM trusts
     * @param location a file, relative to {@code base}, or an http or https URL
     * @param warn told when the list is not the present one
     * @throws PriceListException if it cannot be had and none was kept
     */
    public PriceList get(String location, @Nullable Path caFile, Path base, Consumer<String> warn)
            throws PriceListException {
        if (!isUrl(location)) {
            return LiteLlmReader.read(file(base.resolve(location)));
        }
        try {
            byte[] json = PriceDownload.get(location, caFile);
            PriceList list = LiteLlmReader.read(json);
            lastGood.put(location, list);
            keep(location, json, warn);
            return list;
        } catch (PriceListException e) {
            return former(location, e, warn);
        }
    }

    private static byte[] file(Path file) throws PriceListException {
        try {
            if (Files.size(file) > PriceDownload.MOST_BYTES) {
                throw new PriceListException("is larger than " + (PriceDownload.MOST_BYTES >> 20) + " MiB");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new PriceListException("does not exist");
        } catch (IOException e) {
            throw new PriceListException("cannot be read: " + e);
        }
    }

    private PriceList former(String location, PriceListException why, Consumer<String> warn) throws PriceListException {
        PriceList inMemory = lastGood.get(location);
        if (inMemory != null) {
            warn.accept(why.getMessage() + "; the prices that were got before stay in force");
            return inMemory.ofBefore();
        }
        Path copy = copyOf(location);
        if (copy == null || !Files.isReadable(copy)) {
            throw why;
        }
        try {
            PriceList list = LiteLlmReader.read(Files.readAllBytes(copy));
            warn.accept(why.getMessage() + "; the copy of " + Files.getLastModifiedTime(copy) + " is taken");
            lastGood.put(location, list);
            return list.ofBefore();
        } catch (IOException e) {
            throw new PriceListException(why.getMessage() + "; nor can its copy " + copy + " be read: " + e);
        }
    }

    private void keep(String location, byte[] json, Consumer<String> warn) {
        Path copy = copyOf(location);
        if (copy == null) {
            return;
        }
        try {
            Path directory = Files.createDirectories(copy.toAbsolutePath().getParent());
            Path whole = Files.createTempFile(directory, "prices", ".part");
            Files.write(whole, json);
            Files.move(whole, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            warn.accept("could not be kept in " + copy + ": " + e);
        }
    }

    private @Nullable Path copyOf(String location) {
        if (kept == null) {
            return null;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(location.getBytes(StandardCharsets.UTF_8));
            return kept.resolve(HexFormat.of().formatHex(hash, 0, NAME_BYTES) + ".json");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
