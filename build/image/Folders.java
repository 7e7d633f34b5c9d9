import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/** Whole folders: emptied, copied, removed. */
final class Folders {

  static Path emptied(Path folder) throws IOException {
    remove(folder);
    return Files.createDirectories(folder);
  }

  static void remove(Path folder) throws IOException {
    if (Files.notExists(folder)) return;
    try (var all = Files.walk(folder)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  /** Copies with times and permissions: the JVM compares the time of its own module file with the one in an AOT cache. */
  static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var path : all.filter(path -> !path.equals(from)).toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Every library below {@code from}, without its folders, as a second name of the same bytes: libtorch has 446 MB. */
  static void linkLibraries(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var path : all.filter(path -> path.getFileName().toString().contains(".so")).toList()) Files.createLink(to.resolve(path.getFileName()), path);
    }
  }
}
