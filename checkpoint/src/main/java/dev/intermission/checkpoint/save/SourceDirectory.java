package dev.intermission.checkpoint.save;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.s3.LocalDisk;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The folder of one step as the trainer left it: regular files in folders, nothing else. */
record SourceDirectory(List<SourceFile> files, JsonNode declared) {

  private static final String DECLARATION = "checkpoint.json";

  /** It is kept in memory and stands in the manifest. */
  private static final long LONGEST_DECLARATION = 1L << 20;

  /** Levels: it stands three deeper in the manifest, of which a reader takes no more than 1000. */
  private static final int DEEPEST_DECLARATION = StreamReadConstraints.DEFAULT_MAX_DEPTH - 3;

  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST_DECLARATION).build())
              .build());

  /** Looks through {@code directory}; files come sorted by path. */
  static SourceDirectory read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new StoreException.DirectoryRefused(
          directory + " is not a folder. Nothing was committed.");
    }
    try {
      var collector = new Collector(directory);
      Files.walkFileTree(directory, collector);
      collector.files.sort(Comparator.comparing(SourceFile::path));
      return new SourceDirectory(List.copyOf(collector.files), declaration(directory));
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  /** What an error means that came up while looking through the folder. */
  static StoreException failure(Path directory, IOException e) {
    if (e instanceof NoSuchFileException gone) {
      return new StoreException.DirectoryTorn(
          gone.getFile()
              + " disappeared while it was saved. Nothing was committed. A trainer must rename a"
              + " step's folder into place only when it is complete.");
    }
    return LocalDisk.failure("looking through " + directory, e);
  }

  private static JsonNode declaration(Path directory) throws IOException {
    var file = directory.resolve(DECLARATION);
    if (!Files.isRegularFile(file)) return JSON.createObjectNode();
    if (Files.size(file) > LONGEST_DECLARATION) {
      throw refused(file, "has more than " + LONGEST_DECLARATION + " bytes; declare less");
    }
    try {
      var json = JSON.readTree(file.toFile());
      if (json.isObject()) return json;
    } catch (StreamConstraintsException e) {
      throw refused(
          file,
          "is nested deeper than "
              + DEEPEST_DECLARATION
              + " levels, or has a number or a name that is too long ("
              + e.getOriginalMessage()
              + "); declare less");
    } catch (JacksonException e) {
      throw refused(file, "is not JSON (" + e.getOriginalMessage() + "); write an object");
    }
    throw refused(file, "is not a JSON object; write one");
  }

  private static StoreException.DirectoryRefused refused(Path file, String why) {
    return new StoreException.DirectoryRefused(
        file + " " + why + ". Nothing was committed. See docs/trainer-contract.md.");
  }

  private static final class Collector extends SimpleFileVisitor<Path> {

    private final Path root;
    private final List<SourceFile> files = new ArrayList<>();

    private Collector(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
      if (facts.isSymbolicLink()) {
        throw refused(file, "is a symbolic link; copy the file itself into the folder");
      }
      if (!facts.isRegularFile()) {
        throw refused(file, "is neither a file nor a folder; remove it");
      }
      files.add(SourceFile.of(root, file, facts.size()).orElseThrow(() -> unspeakable(file)));
      return FileVisitResult.CONTINUE;
    }

    private static StoreException.DirectoryRefused unspeakable(Path file) {
      return refused(
          file, "has a name that is not UTF-8, or LC_ALL is not C.UTF-8; rename it, or set LC_ALL");
    }
  }
}
