package dev.intermission.djl.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads event files as TensorBoard does: file by file in the order of their names. */
public final class TestingCurve {

  private TestingCurve() {}

  /** The steps at which {@code tag} has a value. */
  public static List<Long> steps(Path folder, String tag) throws IOException {
    var steps = new ArrayList<Long>();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        var content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (var event = Record.next(content); event.isPresent(); event = Record.next(content))
          if (new String(event.get(), StandardCharsets.ISO_8859_1).contains(tag))
            steps.add(Event.stepOf(event.get()));
      }
    }
    return steps;
  }
}
