package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real MinIO as careful people run it: TLS with a certificate of its own, and keys to encrypt
 * with.
 */
public record TestingVault(URI endpoint, String caBundle, TestingProcess process) {

  public static final Credentials.Static ROOT =
      new Credentials.Static("vault-user", "vault-secret-never-shown");
  public static final String KMS_KEY = "team-key";
  private static final String BUCKET = "checkpoints";

  public static TestingVault open() {
    try {
      var folder = TestingProcess.newFolder("vault");
      var port = TestingProcess.freePort();
      var certificate = TestingCertificate.in(folder);
      certificate.writeTo(folder.resolve("certs"));
      Files.createDirectories(folder.resolve("data").resolve(BUCKET));
      var command =
          List.of(
              TestingTool.path("minio"),
              "server",
              "--quiet",
              "--certs-dir",
              folder.resolve("certs").toString(),
              "--address",
              "127.0.0.1:" + port,
              folder.resolve("data").toString());
      var environment =
          Map.of(
              "MINIO_ROOT_USER",
              ROOT.accessKeyId(),
              "MINIO_ROOT_PASSWORD",
              ROOT.secretAccessKey(),
              "MINIO_BROWSER",
              "off",
              "MINIO_KMS_SECRET_KEY",
              KMS_KEY + ":" + Base64.getEncoder().encodeToString(new byte[32]));
      var vault =
          new TestingVault(
              URI.create("https://127.0.0.1:" + port),
              certificate.certificatePem(),
              TestingProcess.start(folder, command, environment));
      TestingServer.awaitRead(
          vault.process(), tuning -> vault.store(ROOT, vault.trusted(), tuning));
      return vault;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a client needs to trust it, and no encryption. */
  public Protection trusted() {
    return new Protection(new Encryption.BucketDefault(), Optional.of(caBundle));
  }

  public StorageLocation location() {
    return new StorageLocation(Optional.of(endpoint), "us-east-1", BUCKET, "", true);
  }

  public S3ObjectStore store(Credentials credentials, Protection protection) {
    return store(credentials, protection, ClientTuning.QUICK);
  }

  private S3ObjectStore store(Credentials credentials, Protection protection, ClientTuning tuning) {
    return S3ObjectStore.open(location(), credentials, protection, tuning);
  }
}
