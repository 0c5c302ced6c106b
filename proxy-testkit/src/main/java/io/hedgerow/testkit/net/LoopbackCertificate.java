package io.hedgerow.testkit.net;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A fresh self-signed certificate and its key. Nothing of it touches a disk or outlives the process. */
public final class LoopbackCertificate {
    private final KeyPair keys;
    private final X509Certificate certificate;

    private LoopbackCertificate(String host, boolean loopback) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
            certificate = SelfSigned.certificate(keys, host, loopback);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate", e);
        }
    }

    /** One for {@code localhost} and 127.0.0.1. */
    public static LoopbackCertificate create() {
        return new LoopbackCertificate("localhost", true);
    }

    /** One for another host name and no address: what a client that checks names must refuse. */
    public static LoopbackCertificate forHost(String host) {
        return new LoopbackCertificate(host, false);
    }

    /** A server's context that presents this certificate. */
    public SslContext serverContext() {
        try {
            return SslContextBuilder.forServer(keys.getPrivate(), certificate).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client's context that trusts this certificate and no other. */
    public SslContext clientContext() {
        try {
            return SslContextBuilder.forClient().trustManager(certificate).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The certificate, for trust stores made elsewhere. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The certificate as files have it. */
    public String pem() {
        try {
            String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("no certificate", e);
        }
    }

    /** Its private key, for servers made elsewhere. */
    public PrivateKey privateKey() {
        return keys.getPrivate();
    }
}
