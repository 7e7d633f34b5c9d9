package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real MinIO whose STS believes an OpenID provider of ours, as a cluster's STS believes the API
 * server.
 */
public record TestingOpenMinio(URI endpoint, TestingIdentities identities, TestingProcess process) {

  private static final String BUCKET = "checkpoints";

  public static TestingOpenMinio start() {
    try {
      var folder = TestingProcess.newFolder("minio-openid");
      var port = TestingProcess.freePort();
      Files.createDirectories(folder.resolve("data").resolve(BUCKET));
      var identities = new TestingIdentities();
      var command =
          List.of(
              TestingTool.path("minio"),
              "server",
              "--quiet",
              "--address",
              "127.0.0.1:" + port,
              folder.resolve("data").toString());
      var environment =
          Map.of(
              "MINIO_ROOT_USER",
              TestingMinio.ROOT.accessKeyId(),
              "MINIO_ROOT_PASSWORD",
              TestingMinio.ROOT.secretAccessKey(),
              "MINIO_BROWSER",
              "off",
              "MINIO_IDENTITY_OPENID_CONFIG_URL",
              identities.configurationUrl(),
              "MINIO_IDENTITY_OPENID_CLIENT_ID",
              TestingIdentities.AUDIENCE,
              "MINIO_IDENTITY_OPENID_ROLE_POLICY",
              "readwrite");
      var minio =
          new TestingOpenMinio(
              URI.create("http://127.0.0.1:" + port),
              identities,
              TestingProcess.start(folder, command, environment));
      TestingServer.awaitRead(
          minio.process(),
          tuning -> S3ObjectStore.open(minio.location(), TestingMinio.ROOT, tuning));
      return minio;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public StorageLocation location() {
    return new StorageLocation(Optional.of(endpoint), "us-east-1", BUCKET, "", true);
  }

  /** The role that MinIO makes of the provider's configuration: a sum of the audience. */
  public String roleArn() {
    try {
      var sum =
          MessageDigest.getInstance("SHA-1")
              .digest(TestingIdentities.AUDIENCE.getBytes(StandardCharsets.UTF_8));
      return "arn:minio:iam:::role/" + Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
