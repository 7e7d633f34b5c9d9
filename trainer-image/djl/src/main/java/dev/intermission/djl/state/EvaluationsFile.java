package dev.intermission.djl.state;

import dev.intermission.djl.learn.Evaluation;
import dev.intermission.djl.learn.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code evaluations.json}: how the evaluations went.
 *
 * @param best the best one, or none
 */
record EvaluationsFile(List<Evaluation> best, int withoutBetter) {

  static EvaluationsFile of(Selection selection) {
    return new EvaluationsFile(selection.best().stream().toList(), selection.withoutBetter());
  }

  static EvaluationsFile read(Path file) throws IOException {
    return CheckpointFiles.readJson(file, EvaluationsFile.class);
  }

  Selection selection() {
    return new Selection(best.stream().findFirst(), withoutBetter);
  }
}
