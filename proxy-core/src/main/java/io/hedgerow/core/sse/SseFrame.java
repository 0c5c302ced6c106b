package io.hedgerow.core.sse;

import java.nio.charset.StandardCharsets;

/**
 * A view of one frame: its bytes as they came, and its payload. One object per framer, valid only inside
 * {@link FrameSink#frame}.
 *
 * <p>The frame is {@code bytes()[start(), end())}, the blank line that ends it included. The payload is
 * {@code data()[dataStart(), dataEnd())}: the same array as {@code bytes()} for the usual single {@code data:} line, a
 * scratch array where several of them had to be joined with LF.
 */
public final class SseFrame {
    private static final byte[] EMPTY = {};

    byte[] bytes = EMPTY;
    int start;
    int end;
    byte[] data = EMPTY;
    int dataStart;
    int dataEnd;
    int eventStart;
    int eventEnd;
    boolean hasData;
    boolean joined;
    boolean complete;

    SseFrame() {}

    /** The array that holds the frame as it came. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the frame starts in {@link #bytes()}. */
    public int start() {
        return start;
    }

    /** Where the frame ends in {@link #bytes()}, behind its blank line. */
    public int end() {
        return end;
    }

    /** The array that holds the payload. */
    public byte[] data() {
        return data;
    }

    /** Where the payload starts in {@link #data()}. */
    public int dataStart() {
        return dataStart;
    }

    /** Where the payload ends in {@link #data()}. */
    public int dataEnd() {
        return dataEnd;
    }

    /** False for comments, blank lines, and frames that only have {@code event}, {@code id} or {@code retry}. */
    public boolean hasData() {
        return hasData;
    }

    /** False only for what {@link SseFramer#finish} offers: a frame without its blank line. */
    public boolean complete() {
        return complete;
    }

    /** Whether the frame has an {@code event} field with exactly this ASCII name; the last such field counts. */
    public boolean eventIs(String name) {
        if (eventEnd - eventStart != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (bytes[eventStart + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The payload as text; for tests and rare paths. */
    public String dataAsText() {
        return new String(data, dataStart, dataEnd - dataStart, StandardCharsets.UTF_8);
    }
}
