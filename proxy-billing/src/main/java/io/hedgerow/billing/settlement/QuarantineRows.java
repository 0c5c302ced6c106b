package io.hedgerow.billing.settlement;

import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.QuarantineAdmin.Item;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements of an operator on the table {@code quarantine}. */
final class QuarantineRows {
    private static final String SELECT = "SELECT id, request_id, kind, node_id, reason, content, entry IS NOT NULL,"
            + " (extract(epoch FROM created_at) * 1000000)::bigint FROM quarantine";
    private static final String TAKE = "DELETE FROM quarantine WHERE id = ? RETURNING coalesce(entry, '')";
    private static final String REASON = "SELECT reason FROM quarantine WHERE request_id = ? AND entry = ?";
    private static final String DISCARD = "DELETE FROM quarantine WHERE id = ? RETURNING request_id";

    private QuarantineRows() {}

    static List<Item> list(Connection connection, long after, int limit) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SELECT + " WHERE id > ? ORDER BY id LIMIT ?")) {
            query.setLong(1, after);
            query.setInt(2, limit);
            return items(query);
        }
    }

    static long count(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM quarantine");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    static Optional<Item> one(Connection connection, long id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SELECT + " WHERE id = ?")) {
            query.setLong(1, id);
            return items(query).stream().findFirst();
        }
    }

    private static List<Item> items(PreparedStatement query) throws SQLException {
        List<Item> items = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                items.add(new Item(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getBoolean(7),
                        row.getLong(8)));
            }
        }
        return items;
    }

    /** Removes it and returns its entry, empty if it has none. */
    static Optional<byte[]> take(Connection connection, long id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(TAKE)) {
            delete.setLong(1, id);
            try (ResultSet row = delete.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** Why the entry is there, null if it is not. */
    static @Nullable String reasonOf(Connection connection, String requestId, byte[] entry) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(REASON)) {
            query.setString(1, SqlText.clean(requestId));
            query.setBytes(2, entry);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    /** Removes it and returns whose it was. */
    static Optional<String> discard(Connection connection, long id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DISCARD)) {
            delete.setLong(1, id);
            try (ResultSet row = delete.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
