package dev.intermission.checkpoint.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Trusts exactly the authorities of a PEM bundle. */
final class Trust {

  private Trust() {}

  /**
   * @throws IllegalArgumentException it holds no certificate, or what is no certificate
   */
  static void requireCertificates(String pem) {
    if (certificates(pem).isEmpty()) {
      throw new IllegalArgumentException(
          "spec.checkpoint.storage.s3.caBundle holds no certificate: it has to be PEM, with"
              + " BEGIN CERTIFICATE");
    }
  }

  static TrustManager[] only(String pem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var i = 0;
      for (var certificate : certificates(pem)) {
        store.setCertificateEntry("ca-" + i++, certificate);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException everyJdkCan) {
      throw new IllegalStateException(everyJdkCan);
    }
  }

  private static Collection<? extends Certificate> certificates(String pem) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "spec.checkpoint.storage.s3.caBundle is not a list of certificates in PEM: "
              + e.getMessage(),
          e);
    }
  }
}
