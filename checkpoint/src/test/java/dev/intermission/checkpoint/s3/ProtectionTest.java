package dev.intermission.checkpoint.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.TestingCertificate;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.testing.TestingVault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * TLS with an authority of one's own and encryption at rest, against a real MinIO that has both.
 */
class ProtectionTest {

  private static final TestingVault VAULT = TestingVault.open();

  /** The whole contract again, over TLS, every object encrypted by a key that was named. */
  @Nested
  class OverTlsWithAKmsKey implements ObjectStoreContract, RoundTripContract {

    private final S3ObjectStore store =
        open(new Encryption.KmsKey(Optional.of(TestingVault.KMS_KEY)));

    @Override
    public ObjectStore store() {
      return store;
    }

    @Override
    public Dialect dialect() {
      return Dialect.FULL;
    }
  }

  @Test
  void everyWriteIsEncryptedAsItWasAskedFor() {
    var key = "protection/" + UUID.randomUUID();
    try (var store = open(new Encryption.StoreKeys())) {
      store.swap(key, new SwapCondition.IfAbsent(), "HEAD".getBytes(UTF_8));
      store.createOnce(key + "-chunk", Payload.Bytes.of("chunk".getBytes(UTF_8)));
    }
    try (var store = open(new Encryption.KmsKey(Optional.of(TestingVault.KMS_KEY)))) {
      store.createOnce(key + "-kms", Payload.Bytes.of("chunk".getBytes(UTF_8)));
    }
    try (var store = open(new Encryption.BucketDefault())) {
      store.createOnce(key + "-plain", Payload.Bytes.of("chunk".getBytes(UTF_8)));
    }

    assertThat(head(key).serverSideEncryptionAsString()).isEqualTo("AES256");
    assertThat(head(key + "-chunk").serverSideEncryptionAsString()).isEqualTo("AES256");
    assertThat(head(key + "-kms").serverSideEncryptionAsString()).isEqualTo("aws:kms");
    assertThat(head(key + "-kms").ssekmsKeyId()).endsWith(TestingVault.KMS_KEY);
    assertThat(head(key + "-plain").serverSideEncryptionAsString()).isNull();
  }

  @Test
  void aKeyThatIsNotThereIsNamedWithItsField() {
    try (var store = open(new Encryption.KmsKey(Optional.of("no-such-key")))) {
      assertThatThrownBy(
              () -> store.createOnce("protection/x", Payload.Bytes.of("x".getBytes(UTF_8))))
          .isInstanceOf(StoreException.EncryptionRefused.class)
          .hasMessageContaining("spec.checkpoint.storage.s3.encryption");
    }
  }

  @Test
  void aStoreThatCannotEncryptSaysSo() {
    var protection = new Protection(new Encryption.StoreKeys(), Optional.empty());
    try (var store =
        S3ObjectStore.open(
            TestingMinio.location(TestingMinio.BUCKET),
            TestingMinio.ROOT,
            protection,
            ClientTuning.QUICK)) {
      assertThatThrownBy(
              () -> store.createOnce("protection/x", Payload.Bytes.of("x".getBytes(UTF_8))))
          .isInstanceOf(StoreException.EncryptionRefused.class)
          .hasMessageContaining("spec.checkpoint.storage.s3.encryption");
    }
  }

  @Test
  void aCertificateOfAnAuthorityThatNobodyNamedIsNotTrusted() {
    try (var store = VAULT.store(TestingVault.ROOT, Protection.DEFAULT)) {
      assertUntrusted(store);
    }
  }

  @Test
  void onlyTheAuthoritiesOfTheBundleAreTrusted(@TempDir Path folder) {
    var another = TestingCertificate.in(folder).certificatePem();
    var protection = new Protection(new Encryption.BucketDefault(), Optional.of(another));
    try (var store = VAULT.store(TestingVault.ROOT, protection)) {
      assertUntrusted(store);
    }
  }

  @Test
  void aHostNameThatIsNotInTheCertificateIsNotTrusted() {
    var elsewhere = URI.create("https://localhost:" + VAULT.endpoint().getPort());
    var location =
        new StorageLocation(Optional.of(elsewhere), "us-east-1", "checkpoints", "", true);
    try (var store =
        S3ObjectStore.open(location, TestingVault.ROOT, VAULT.trusted(), ClientTuning.QUICK)) {
      assertUntrusted(store);
    }
  }

  @Test
  void tlsToAServerThatSpeaksNoneIsNamed() {
    var plain = URI.create("https://127.0.0.1:" + TestingMinio.endpoint().getPort());
    var location = new StorageLocation(Optional.of(plain), "us-east-1", "checkpoints", "", true);
    try (var store = S3ObjectStore.open(location, TestingMinio.ROOT, ClientTuning.QUICK)) {
      assertUntrusted(store);
    }
  }

  @Test
  void aBundleWithoutACertificateIsRefusedByItsField() {
    for (var bad :
        new String[] {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}) {
      assertThatThrownBy(() -> new Protection(new Encryption.BucketDefault(), Optional.of(bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("spec.checkpoint.storage.s3.caBundle");
    }
  }

  private static void assertUntrusted(S3ObjectStore store) {
    assertThatThrownBy(() -> store.read("HEAD"))
        .isInstanceOf(StoreException.CertificateUntrusted.class)
        .hasMessageContaining("spec.checkpoint.storage.s3.caBundle");
    assertThatThrownBy(() -> store.swap("HEAD", new SwapCondition.IfAbsent(), new byte[] {1}))
        .isInstanceOf(StoreException.CertificateUntrusted.class);
  }

  private static S3ObjectStore open(Encryption encryption) {
    return VAULT.store(TestingVault.ROOT, new Protection(encryption, VAULT.trusted().caBundle()));
  }

  /** By the SDK itself: our store asks nobody how an object is encrypted. */
  private static HeadObjectResponse head(String key) {
    try (var s3 =
        S3Client.builder()
            .endpointOverride(VAULT.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(S3Clients.provider(TestingVault.ROOT))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .tlsTrustManagersProvider(() -> Trust.only(VAULT.caBundle())))
            .build()) {
      return s3.headObject(request -> request.bucket("checkpoints").key(key));
    }
  }
}
