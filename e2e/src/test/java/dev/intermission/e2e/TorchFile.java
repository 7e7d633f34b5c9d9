package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/** What {@code torch.save} wrote, told apart by its bits without PyTorch. */
final class TorchFile {

  private TorchFile() {}

  /** The CRC-32 of the bytes of each tensor, by its place in the archive. */
  static Map<String, Long> tensors(Path file) {
    try (var archive = new ZipFile(file.toFile())) {
      var sums = new TreeMap<String, Long>();
      archive.stream()
          .filter(entry -> entry.getName().contains("/data/"))
          .forEach(entry -> sums.put(entry.getName(), entry.getCrc()));
      assertThat(sums).as("tensors in %s", file.getFileName()).hasSizeGreaterThan(6);
      return sums;
    } catch (IOException e) {
      throw new AssertionError("not what torch.save writes: " + file, e);
    }
  }
}
