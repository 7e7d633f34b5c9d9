package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Secret as the kubelet mounts it: files that are links through {@code ..data}, turned at once.
 */
public final class TestingSecretMount {

  private final Path folder;
  private int generation;

  private TestingSecretMount(Path folder) {
    this.folder = folder;
  }

  public static TestingSecretMount in(Path folder) {
    return new TestingSecretMount(folder);
  }

  public TestingSecretMount write(Credentials.Static keys) {
    var data = new TreeMap<String, String>();
    data.put(Credentials.ACCESS_KEY_ID, keys.accessKeyId());
    data.put(Credentials.SECRET_ACCESS_KEY, keys.secretAccessKey());
    keys.sessionToken().ifPresent(token -> data.put(Credentials.SESSION_TOKEN, token));
    return write(data);
  }

  public TestingSecretMount write(Map<String, String> data) {
    try {
      var now = Files.createDirectory(folder.resolve("..generation-" + generation++));
      for (var entry : data.entrySet())
        Files.writeString(now.resolve(entry.getKey()), entry.getValue());
      var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), now.getFileName());
      Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
