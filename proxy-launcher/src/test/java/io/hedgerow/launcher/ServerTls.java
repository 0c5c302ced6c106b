package io.hedgerow.launcher;

import io.hedgerow.testkit.net.LoopbackCertificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS of servers that tests run. */
public final class ServerTls {
    private ServerTls() {}

    /** Presents this certificate. */
    public static SSLContext presenting(LoopbackCertificate certificate) {
        try {
            KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
            char[] none = {};
            keys.load(null, none);
            keys.setKeyEntry("own", certificate.privateKey(), none, new Certificate[] {certificate.certificate()});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
