package io.hedgerow.launcher.operator;

import java.io.IOException;

/** The gateway has understood what it was asked for and does not do it. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
