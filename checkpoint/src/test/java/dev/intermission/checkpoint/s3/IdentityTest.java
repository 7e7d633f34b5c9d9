package dev.intermission.checkpoint.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.TestingMetadata;
import dev.intermission.checkpoint.testing.TestingMinio;
import dev.intermission.checkpoint.testing.TestingProperties;
import dev.intermission.checkpoint.testing.TestingSecretMount;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/** Every way to be somebody, against a real MinIO and its STS. */
class IdentityTest {

  private static final Credentials.Static NOBODY =
      new Credentials.Static("nobody", "not-the-secret");

  @TempDir Path folder;

  @Test
  void aPairOfKeysLetsIn() {
    assertLetIn(TestingMinio.ROOT);
  }

  @Test
  void temporaryKeysLetInWithTheirTokenOnly() {
    var temporary = temporary();
    assertLetIn(temporary);

    var withoutToken = new Credentials.Static(temporary.accessKeyId(), temporary.secretAccessKey());
    assertKeptOut(withoutToken, StoreException.AccessDenied.class);
  }

  @Test
  void aRotatedSecretIsUsedByTheNextRequestOfAnOpenStore() {
    var mount = TestingSecretMount.in(folder).write(NOBODY);
    try (var store = open(new Credentials.Mounted(folder))) {
      assertThatThrownBy(() -> store.read("HEAD")).isInstanceOf(StoreException.AccessDenied.class);

      mount.write(temporary());
      assertThat(store.read("HEAD")).isEmpty();

      mount.write(TestingMinio.ROOT); // without a token: the old one must not be kept
      assertThat(store.read("HEAD")).isEmpty();

      mount.write(NOBODY);
      assertThatThrownBy(() -> store.read("HEAD")).isInstanceOf(StoreException.AccessDenied.class);
    }
  }

  @Test
  void plainFilesWithoutTheKubeletsLinksAreReadToo() throws Exception {
    Files.writeString(folder.resolve(Credentials.ACCESS_KEY_ID), "minio\n");
    Files.writeString(folder.resolve(Credentials.SECRET_ACCESS_KEY), "minio-secret\n");

    assertLetIn(new Credentials.Mounted(folder));
  }

  @Test
  void aSecretWithoutItsKeysIsNamedAndMayComeLater() {
    var mount = TestingSecretMount.in(folder).write(Map.of("user", "minio"));
    try (var store = open(new Credentials.Mounted(folder))) {
      assertThatThrownBy(() -> store.read("HEAD"))
          .isInstanceOf(StoreException.CredentialsMissing.class)
          .hasMessageContaining("has no key AWS_ACCESS_KEY_ID")
          .hasMessageContaining(folder.toString());

      mount.write(TestingMinio.ROOT);
      assertThat(store.read("HEAD")).isEmpty();
    }
  }

  @Test
  void anInstancesCredentialsAreTakenFromItsMetadataService() {
    try (var metadata = TestingMetadata.giving(temporary());
        var _ =
            TestingProperties.set(
                Map.of("aws.ec2MetadataServiceEndpoint", metadata.endpoint().toString()))) {
      assertLetIn(new Credentials.DefaultChain());
      assertThat(metadata.timesGiven()).isPositive();
    }
  }

  @Test
  void nobodyWhoGivesAnIdentityIsSaidWithBothRemedies() {
    try (var metadata = TestingMetadata.withoutARole();
        var _ =
            TestingProperties.set(
                Map.of("aws.ec2MetadataServiceEndpoint", metadata.endpoint().toString()))) {
      assertThatThrownBy(
              () -> {
                try (var store = open(new Credentials.DefaultChain())) {
                  store.read("HEAD");
                }
              })
          .isInstanceOf(StoreException.CredentialsMissing.class)
          .hasMessageContaining("spec.checkpoint.storage.s3.credentialsSecret")
          .hasMessageContaining("docs/storage.md");
    }
  }

  @Test
  void noFormOfCredentialsPrintsASecret() {
    var secret = new Credentials.Static("id", "the-secret", Optional.of("the-token"));

    assertThat(secret.toString()).contains("id").doesNotContain("the-secret", "the-token");
    assertThat(new Credentials.Mounted(folder).toString()).contains(folder.toString());
  }

  private static void assertLetIn(Credentials credentials) {
    try (var store = open(credentials)) {
      assertThat(store.read("HEAD")).isEmpty();
    }
  }

  private static void assertKeptOut(Credentials credentials, Class<? extends Throwable> how) {
    try (var store = open(credentials)) {
      assertThatThrownBy(() -> store.read("HEAD")).isInstanceOf(how);
    }
  }

  private static S3ObjectStore open(Credentials credentials) {
    return S3ObjectStore.open(
        TestingMinio.location(TestingMinio.BUCKET), credentials, ClientTuning.QUICK);
  }

  /** As MinIO's STS makes them for somebody who has a pair. */
  private static Credentials.Static temporary() {
    try (var sts =
        StsClient.builder()
            .endpointOverride(URI.create(TestingMinio.endpoint().toString()))
            .region(Region.US_EAST_1)
            .credentialsProvider(S3Clients.provider(TestingMinio.ROOT))
            .build()) {
      var keys =
          sts.assumeRole(
                  request -> request.roleArn("arn:aws:iam::1:role/any").roleSessionName("test"))
              .credentials();
      return new Credentials.Static(
          keys.accessKeyId(), keys.secretAccessKey(), Optional.of(keys.sessionToken()));
    }
  }
}
