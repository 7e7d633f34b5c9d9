import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names a set of words and files by their content. */
final class Digests {

  @SafeVarargs
  static String of(List<String> words, List<Path>... files) throws IOException {
    var sum = sha256();
    for (var word : words) sum.update((word + "\n").getBytes());
    for (var list : files) {
      for (var file : list) {
        sum.update((file.getFileName() + "\n").getBytes());
        sum.update(sha256().digest(Files.readAllBytes(file)));
      }
    }
    return HexFormat.of().formatHex(sum.digest()).substring(0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new AssertionError(everyJavaHasIt);
    }
  }
}
