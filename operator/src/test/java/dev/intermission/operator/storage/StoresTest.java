package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import dev.intermission.operator.testing.TestingS3;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@ApiServerTest
class StoresTest {
  private final TestingS3 s3 = new TestingS3();
  private final TestingCluster cluster;
  private final String namespace;
  private final Stores stores;

  StoresTest(TestingCluster cluster) {
    this.cluster = cluster;
    this.namespace = cluster.namespace();
    var installation =
        new StorageDefaults(
            Optional.of(s3.endpoint()), // trusted: else a loopback address would be refused
            "us-east-1",
            Optional.of("bucket"),
            "prefix",
            true,
            StorageDefaults.Entry.DEFAULT);
    this.stores = new Stores(cluster.client(), installation);
  }

  @AfterEach
  void close() {
    stores.close();
    s3.close();
  }

  @Test
  void aSecretThatIsRotatedIsReadAnewForTheNextPieceOfWork() {
    secret("first");
    s3.lettingIn("first");
    var before = find(new CaBundle.PublicAuthorities());
    assertThat(before.read("prefix/HEAD")).isEmpty();

    s3.lettingIn("second");
    assertThatThrownBy(() -> before.read("prefix/HEAD")).hasMessageContaining("InvalidAccessKeyId");
    secret("second");

    assertThat(find(new CaBundle.PublicAuthorities()).read("prefix/HEAD")).isEmpty();
  }

  @Test
  void theSameCredentialsShareOneStore() {
    secret("first");

    assertThat(find(new CaBundle.PublicAuthorities()))
        .isSameAs(find(new CaBundle.PublicAuthorities()));
  }

  @Test
  void aCaBundleThatIsNotThereIsNamed() {
    secret("first");

    assertRefused(new CaBundle.InConfigMap("absent", "ca.crt"), "CaBundleMissing", "absent");
    assertRefused(new CaBundle.InSecret("absent", "ca.crt"), "CaBundleMissing", "absent");
    assertRefused(new CaBundle.InSecret("keys", "ca.crt"), "CaBundleMissing", "no key ca.crt");
  }

  @Test
  void aCaBundleWithoutACertificateIsRefused() {
    secret("first");
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("storage-ca")
                .endMetadata()
                .addToData("ca.crt", "not a certificate")
                .build())
        .create();

    assertRefused(
        new CaBundle.InConfigMap("storage-ca", "ca.crt"),
        "CaBundleInvalid",
        "spec.checkpoint.storage.s3.caBundle");
  }

  @Test
  void aStoreThatIgnoresConditionsIsRefusedEveryTimeItIsAskedFor() {
    secret("first");
    s3.ignoringConditions();

    for (var i = 0; i < 2; i++) {
      assertRefused(
          new CaBundle.PublicAuthorities(), "ConditionalWritesUnsupported", "If-None-Match");
    }
  }

  private void assertRefused(CaBundle bundle, String reason, String says) {
    assertThatThrownBy(() -> find(bundle))
        .isInstanceOfSatisfying(
            StorageRefused.class,
            refused -> assertThat(refused.problem().reason()).isEqualTo(reason))
        .hasMessageContaining(says);
  }

  private ObjectStore find(CaBundle bundle) {
    var location =
        new StorageLocation(Optional.of(s3.endpoint()), "us-east-1", "bucket", "prefix", true);
    return stores.find(
        namespace,
        new Access.Granted(
            new StorageAccess(
                location, Optional.of("keys"), new Encryption.BucketDefault(), bundle),
            new Access.Credential.OfJob(namespace, "keys")));
  }

  private void secret(String accessKeyId) {
    cluster.keys(namespace, accessKeyId, "secret");
  }
}
