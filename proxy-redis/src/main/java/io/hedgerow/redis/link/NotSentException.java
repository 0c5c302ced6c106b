package io.hedgerow.redis.link;

/** The command has certainly not reached the store. Every other failure leaves that open. */
public final class NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotSentException(String message) {
        super(message, null, false, false);
    }

    /** No connection to the server that has the key. */
    public static NotSentException noConnection() {
        return new NotSentException("there is no connection");
    }

    /** So many commands wait for their answers on the connection that one more would wait too long. */
    public static NotSentException tooManyWait() {
        return new NotSentException("too many commands wait for their answers");
    }
}
