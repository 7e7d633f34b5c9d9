import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class path of one image, in one fixed order: an AOT cache is used only with the class path that it was trained with, and a
 * wildcard would leave the order to the file system.
 */
record Jars(List<Path> paths) {

  /** One second for all, so that equal jars make equal layers. */
  private static final FileTime ANY_TIME = FileTime.fromMillis(1_767_225_600_000L);

  static Jars of(Path own, Path classPathFile) throws IOException {
    var libraries = Arrays.stream(Files.readString(classPathFile).strip().split(File.pathSeparator)).map(Path::of)
        .sorted(Comparator.comparing(Path::getFileName));
    var paths = Stream.concat(Stream.of(own), libraries).toList();
    for (var path : paths) {
      if (Files.isDirectory(path)) {
        throw new IllegalStateException(path + " is a folder, and an AOT cache wants jars: run `mvn package`, not a single goal");
      }
    }
    return new Jars(paths);
  }

  void copyTo(Path folder) throws IOException {
    for (var jar : paths) {
      var copy = Files.copy(jar, folder.resolve(jar.getFileName()));
      Files.setLastModifiedTime(copy, ANY_TIME);
    }
  }

  String under(String home) {
    return paths.stream().map(jar -> home + "/lib/" + jar.getFileName()).collect(Collectors.joining(":"));
  }

  /** An argument file for the java launcher. */
  String argumentsFor(String home) {
    return "-cp\n" + under(home) + "\n";
  }
}
