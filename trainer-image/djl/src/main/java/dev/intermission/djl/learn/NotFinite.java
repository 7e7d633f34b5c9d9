package dev.intermission.djl.learn;

import dev.intermission.djl.data.Position;
import java.util.Locale;

/**
 * A step that left the finite numbers. What training would do from there is worth nothing, so no
 * checkpoint is made of it.
 */
public final class NotFinite extends RuntimeException {

  private NotFinite(String what, Position before) {
    super(
        String.format(
            Locale.ROOT,
            "Step %d failed: %s (epoch %d, batch %d). Nothing of it is saved; the newest checkpoint"
                + " stays what it was. A resume comes to the same step with the same numbers: lower"
                + " --learning-rate or lengthen --warm-up, resume from an earlier step, or mend the"
                + " data of that batch.",
            before.step() + 1,
            what,
            before.epoch(),
            before.batch()));
  }

  static NotFinite loss(float loss, Position before) {
    return new NotFinite("its loss is " + loss, before);
  }

  static NotFinite parameter(String name, Position before) {
    return new NotFinite(
        "the gradient of parameter " + name + " or its square is not a finite number", before);
  }
}
