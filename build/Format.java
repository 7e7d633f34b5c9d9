import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or applies google-java-format to every Java source below a directory. A single-file program, so that the build needs no
 * plugin that runs inside Maven's own (older) JVM: {@code java -cp google-java-format.jar build/Format.java check|apply DIR}.
 */
final class Format {

  public static void main(String[] args) throws IOException, FormatterException {
    var apply = args[0].equals("apply");
    var unformatted = new ArrayList<Path>();
    for (var source : sources(Path.of(args[1]))) {
      var text = Files.readString(source);
      var formatted = new Formatter().formatSourceAndFixImports(text);
      if (text.equals(formatted)) continue;
      if (apply) Files.writeString(source, formatted);
      unformatted.add(source);
    }
    unformatted.forEach(source -> System.err.println((apply ? "formatted " : "not formatted: ") + source));
    if (!apply && !unformatted.isEmpty()) {
      System.err.println("run: mvn -q -N process-sources -Dformat=apply");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (var walk = Files.walk(root)) {
      return walk.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().contains("/src/"))
          .filter(path -> !path.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}
