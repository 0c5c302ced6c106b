package io.hedgerow.launcher.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads separated values as RFC 4180 has them, row by row: quoted fields may hold separators, quotes and line ends. The
 * separator is a comma, or a semicolon or tab where the first row has no comma but one of these, as some countries' spreadsheets
 * write them.
 */
final class CsvReader {
    private static final int LONGEST_ROW = 1 << 20;

    private static final int LONGEST_HEADER = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final BufferedReader in;
    private final char separator;
    private int line = 1;

    CsvReader(Reader in) throws IOException {
        this.in = new BufferedReader(in, LONGEST_HEADER);
        this.separator = separator();
    }

    private char separator() throws IOException {
        in.mark(1);
        if (in.read() != BYTE_ORDER_MARK) {
            in.reset();
        }
        in.mark(LONGEST_HEADER);
        char[] head = new char[LONGEST_HEADER - 1];
        int length = Math.max(0, in.read(head));
        in.reset();
        String first = new String(head, 0, length)
                .lines()
                .filter(row -> !row.isBlank())
                .findFirst()
                .orElse("");
        return first.indexOf(',') >= 0 ? ',' : first.indexOf(';') >= 0 ? ';' : first.indexOf('\t') >= 0 ? '\t' : ',';
    }

    /** The line that the next row begins on, from 1. */
    int line() {
        return line;
    }

    /** The next row that is not empty; null at the end. */
    @Nullable
    List<String> next() throws IOException {
        List<String> row = row();
        while (row != null && row.size() == 1 && row.get(0).isBlank()) {
            row = row();
        }
        return row;
    }

    private @Nullable List<String> row() throws IOException {
        int c = in.read();
        if (c < 0) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        boolean opened = false;
        for (int read = 0; c >= 0 && (quoted || c != '\n'); c = in.read()) {
            if (++read > LONGEST_ROW) {
                throw new IOException("line " + line + " is too long to be a row");
            }
            if (c == '"') {
                if (!quoted && opened) {
                    field.append('"');
                }
                quoted = !quoted;
                opened = true;
            } else if (c == separator && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
                opened = false;
            } else if (c != '\r' || quoted) {
                line += c == '\n' ? 1 : 0;
                field.append((char) c);
            }
        }
        line++;
        if (quoted) {
            throw new IOException("a quote is not closed before the end of the file");
        }
        fields.add(field.toString());
        return fields;
    }
}
