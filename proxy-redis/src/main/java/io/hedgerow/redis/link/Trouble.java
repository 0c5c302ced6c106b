package io.hedgerow.redis.link;

import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why Redis cannot be used. No text of Redis itself: it may repeat what was sent. */
public final class Trouble {
    /** By the first word of an error; within a script's error, a dash goes before it. */
    private static final Map<String, String> BY_CODE = Map.of(
            "NOAUTH", "it wants a password",
            "WRONGPASS", "it does not accept the user or the password",
            "NOPERM", "the user lacks a permission",
            "READONLY", "it is a read-only replica",
            "LOADING", "it is loading its data",
            "CLUSTERDOWN", "its cluster is down",
            "MASTERDOWN", "it has lost its master",
            "OOM", "it is out of memory",
            "MISCONF", "it cannot save and refuses writes",
            "NOREPLICAS", "it has too few replicas and refuses writes");

    /** How the JDK begins to say that a name or an address is not among those of a certificate. */
    private static final Pattern OTHER_HOST = Pattern.compile("^No (subject alternative|name matching)");

    private Trouble() {}

    /** What an error of a command or of a try to connect means. */
    public static String of(@Nullable Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof SSLException secure) {
                return insecure(secure);
            }
            String text = String.valueOf(at.getMessage());
            if (at instanceof NotSentException) {
                return text;
            }
            for (Map.Entry<String, String> known : BY_CODE.entrySet()) {
                if (text.startsWith(known.getKey() + " ") || text.contains("-" + known.getKey() + " ")) {
                    return known.getValue();
                }
            }
            if (text.toLowerCase(Locale.ROOT).contains("without any password configured")) {
                return "it has no password, but one was given";
            }
            if (text.startsWith("ERR invalid password")) {
                return "it does not accept the user or the password";
            }
            if (text.contains("cluster support disabled")) {
                return "it is no cluster";
            }
        }
        return error instanceof RedisCommandTimeoutException ? "it does not answer in time" : "it cannot be reached";
    }

    /** The deeper the cause, the more it says. */
    private static String insecure(SSLException error) {
        String why = "the encrypted connection cannot be made";
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof CertificateExpiredException || at instanceof CertificateNotYetValidException) {
                why = "its certificate is not valid at this time";
            } else if (at instanceof CertPathBuilderException || at instanceof CertPathValidatorException) {
                why = "its certificate is signed by nobody who is trusted here";
            } else if (at instanceof CertificateException
                    && OTHER_HOST.matcher(String.valueOf(at.getMessage())).find()) {
                why = "its certificate is for another host";
            } else if (at instanceof NotSslRecordException) {
                why = "it does not speak TLS";
            }
        }
        return why;
    }
}
