package dev.intermission.agent.config;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.control.AgentEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads how the agent gets into the store. */
final class StoreEntry {

  private StoreEntry() {}

  /** A mounted Secret wins over variables, since only files are renewed after a rotation. */
  static Credentials credentials(Variables read) {
    var folder = read.optional(AgentEnvironment.S3_CREDENTIALS_DIR);
    if (folder.isPresent()) return new Credentials.Mounted(Path.of(folder.get()));
    var key = read.optional(AgentEnvironment.AWS_ACCESS_KEY_ID);
    var secret = read.optional(AgentEnvironment.AWS_SECRET_ACCESS_KEY);
    if (key.isPresent() != secret.isPresent()) {
      read.complain(
          "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: one is there, the other is not; the"
              + " credentials Secret needs both");
    }
    return key.isPresent() && secret.isPresent()
        ? new Credentials.Static(
            key.get(), secret.get(), read.optional(AgentEnvironment.AWS_SESSION_TOKEN))
        : new Credentials.DefaultChain();
  }

  static Protection protection(Variables read) {
    var encryption = encryption(read);
    try {
      return new Protection(encryption, caBundle(read));
    } catch (IllegalArgumentException e) {
      read.complain("the CA bundle: " + e.getMessage());
      return new Protection(encryption, Optional.empty());
    }
  }

  private static Encryption encryption(Variables read) {
    return switch (read.optional(AgentEnvironment.S3_ENCRYPTION).orElse("")) {
      case "" -> new Encryption.BucketDefault();
      case "SSE-S3" -> new Encryption.StoreKeys();
      case "SSE-KMS" -> new Encryption.KmsKey(read.optional(AgentEnvironment.S3_KMS_KEY));
      case String other -> {
        read.complain(
            AgentEnvironment.S3_ENCRYPTION + ": \"" + other + "\" is neither SSE-S3 nor SSE-KMS");
        yield new Encryption.BucketDefault();
      }
    };
  }

  private static Optional<String> caBundle(Variables read) {
    var file = read.optional(AgentEnvironment.S3_CA_FILE);
    if (file.isEmpty()) return read.optional(AgentEnvironment.S3_CA_BUNDLE);
    try {
      return Optional.of(Files.readString(Path.of(file.get())));
    } catch (IOException e) {
      read.complain(
          AgentEnvironment.S3_CA_FILE + ": " + file.get() + " cannot be read (" + e + ")");
      return Optional.empty();
    }
  }
}
