package io.hedgerow.launcher.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Parsers for files of certificates. */
public final class Certificates {
    private Certificates() {}

    /** A file with one or more certificates in PEM; relative paths begin at the directory. Its content is checked, too. */
    public static ValueParser<Path> file(Path directory) {
        return text -> {
            Path file = directory.resolve(text);
            if (text.isBlank() || !Files.isReadable(file) || Files.isDirectory(file)) {
                throw new InvalidValueException("names the file " + file + ", which does not exist or is not readable");
            }
            try (InputStream in = Files.newInputStream(file)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(in)
                        .isEmpty()) {
                    throw noCertificate(file);
                }
                return file;
            } catch (CertificateException e) {
                throw noCertificate(file);
            } catch (IOException e) {
                throw new InvalidValueException("names the file " + file + ", which cannot be read: " + e);
            }
        };
    }

    /** The certificates of such a file. */
    public static ValueParser<List<X509Certificate>> in(Path directory) {
        return text -> {
            Path file = file(directory).parse(text);
            List<X509Certificate> certificates = new ArrayList<>();
            try (InputStream in = Files.newInputStream(file)) {
                for (Certificate certificate :
                        CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    certificates.add((X509Certificate) certificate);
                }
                return certificates;
            } catch (CertificateException e) {
                throw noCertificate(file);
            } catch (IOException e) {
                throw new InvalidValueException("names the file " + file + ", which cannot be read: " + e);
            }
        };
    }

    private static InvalidValueException noCertificate(Path file) {
        return new InvalidValueException("names the file " + file + ", which holds no certificate in PEM");
    }
}
