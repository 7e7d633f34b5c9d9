package dev.intermission.operator.config;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.operator.config.StorageDefaults.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads how the operator gets into the installation's S3. */
final class InstallationEntry {
  private static final String CA_FILE = "INTERMISSION_S3_CA_FILE";
  private static final String ENCRYPTION = "INTERMISSION_S3_ENCRYPTION";
  private static final String KMS_KEY = "INTERMISSION_S3_KMS_KEY";

  private InstallationEntry() {}

  static Entry read(Environment environment) {
    var credentials =
        environment
            .text("INTERMISSION_S3_CREDENTIALS_DIR")
            .<Credentials>map(folder -> new Credentials.Mounted(Path.of(folder)))
            .orElseGet(Credentials.DefaultChain::new);
    return new Entry(credentials, protection(environment));
  }

  private static Protection protection(Environment environment) {
    var encryption = encryption(environment);
    var bundle = environment.text(CA_FILE).flatMap(file -> pem(environment, Path.of(file)));
    try {
      return new Protection(encryption, bundle);
    } catch (IllegalArgumentException noCertificates) {
      environment.complain(CA_FILE, "names a file that " + noCertificates.getMessage());
      return new Protection(encryption, Optional.empty());
    }
  }

  private static Encryption encryption(Environment environment) {
    var key = environment.text(KMS_KEY);
    var encryption =
        environment
            .<Encryption>parsed(
                ENCRYPTION,
                "must be SSE-S3 or SSE-KMS",
                value ->
                    switch (value) {
                      case "SSE-S3" -> new Encryption.StoreKeys();
                      case "SSE-KMS" -> new Encryption.KmsKey(key);
                      default -> throw new IllegalArgumentException();
                    })
            .orElseGet(Encryption.BucketDefault::new);
    if (key.isPresent() && !(encryption instanceof Encryption.KmsKey)) {
      environment.complain(KMS_KEY, "is of no use without " + ENCRYPTION + "=SSE-KMS");
    }
    return encryption;
  }

  private static Optional<String> pem(Environment environment, Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      environment.complain(
          CA_FILE, "names " + file + ", which cannot be read: mount the CA bundle there");
      return Optional.empty();
    }
  }
}
