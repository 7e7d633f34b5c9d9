package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Keys from a mounted Secret, looked at anew for every request. The kubelet replaces all files at
 * once, by turning the link {@code ..data} to a new folder: the files are read through the folder
 * that the link named first, so that an id and a secret of two generations are never mixed. Costs
 * one {@code readlink} while nothing changes. Thread-safe.
 */
final class MountedCredentials implements AwsCredentialsProvider {

  private static final String GENERATION = "..data";

  private final Path folder;
  private volatile Kept kept;

  private record Kept(Path generation, AwsCredentials keys) {}

  MountedCredentials(Path folder) {
    this.folder = folder;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      var link = folder.resolve(GENERATION);
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) return read(folder);
      while (true) {
        var generation = link.toRealPath();
        var known = kept;
        if (known != null && known.generation().equals(generation)) return known.keys();
        try {
          var keys = read(generation);
          kept = new Kept(generation, keys);
          return keys;
        } catch (IOException | SdkClientException e) {
          // else the kubelet removed this generation while it was read: the next one is complete
          if (link.toRealPath().equals(generation)) throw e;
        }
      }
    } catch (IOException e) {
      throw missing("cannot be read (" + e + ")");
    }
  }

  private AwsCredentials read(Path from) throws IOException {
    var id = required(from, Credentials.ACCESS_KEY_ID);
    var secret = required(from, Credentials.SECRET_ACCESS_KEY);
    return value(from, Credentials.SESSION_TOKEN)
        .<AwsCredentials>map(token -> AwsSessionCredentials.create(id, secret, token))
        .orElseGet(() -> AwsBasicCredentials.create(id, secret));
  }

  private String required(Path from, String name) throws IOException {
    return value(from, name).orElseThrow(() -> missing("has no key " + name));
  }

  private static Optional<String> value(Path from, String name) throws IOException {
    var file = from.resolve(name);
    if (!Files.exists(file)) return Optional.empty();
    var text = Files.readString(file, StandardCharsets.UTF_8).strip();
    return Optional.of(text).filter(value -> !value.isEmpty());
  }

  /** Wrapped as the SDK wants it: only its own exceptions come out of a request unchanged. */
  private SdkClientException missing(String what) {
    var ours =
        new StoreException.CredentialsMissing(
            "The credentials Secret that is mounted at "
                + folder
                + " "
                + what
                + ". Nothing was changed. It needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and"
                + " AWS_SESSION_TOKEN for temporary keys; they are read again by themselves.",
            null);
    return SdkClientException.create(ours.getMessage(), ours);
  }
}
