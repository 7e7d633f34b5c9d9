package dev.intermission.checkpoint.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.testing.TestingIdentities;
import dev.intermission.checkpoint.testing.TestingMetadata;
import dev.intermission.checkpoint.testing.TestingOpenMinio;
import dev.intermission.checkpoint.testing.TestingProperties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod's projected token, taken to the STS of a real MinIO that believes the token's issuer. */
class WebIdentityTest {

  private static final TestingOpenMinio MINIO = TestingOpenMinio.start();

  @TempDir Path folder;

  @Test
  void aServiceAccountsTokenIsAllThatAPodNeeds() throws Exception {
    var token = MINIO.identities().token("system:serviceaccount:team-a:trainer");
    try (var _ = identity(token);
        var store = open()) {
      assertThat(store.read("HEAD")).isEmpty();
      assertThat(store.swap("HEAD", new SwapCondition.IfAbsent(), new byte[] {1}))
          .isInstanceOf(SwapOutcome.Swapped.class);
      store.delete("HEAD");
    }
  }

  @Test
  void aTokenOfAnotherIssuerIsMissingCredentialsAndIsNotPrinted() throws Exception {
    try (var others = new TestingIdentities();
        var nothingElse = TestingMetadata.withoutARole();
        var _ =
            TestingProperties.set(
                Map.of("aws.ec2MetadataServiceEndpoint", nothingElse.endpoint().toString()))) {
      var token = others.token("system:serviceaccount:team-a:trainer");
      try (var _ = identity(token);
          var store = open()) {
        assertThatThrownBy(() -> store.read("HEAD"))
            .isInstanceOf(StoreException.CredentialsMissing.class)
            .hasMessageNotContaining(token);
      }
    }
  }

  private TestingProperties identity(String token) throws Exception {
    var file = Files.writeString(folder.resolve("token"), token);
    return TestingProperties.set(
        Map.of(
            "aws.webIdentityTokenFile", file.toString(),
            "aws.roleArn", MINIO.roleArn(),
            "aws.roleSessionName", "test",
            "aws.region", "us-east-1",
            "aws.endpointUrlSts", MINIO.endpoint().toString()));
  }

  private static S3ObjectStore open() {
    return S3ObjectStore.open(MINIO.location(), new Credentials.DefaultChain(), ClientTuning.QUICK);
  }
}
