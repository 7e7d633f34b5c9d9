package dev.intermission.checkpoint.protocol;

import java.util.Optional;

/** A look at HEAD after a swap whose answer said too little. */
sealed interface Look {

  /** HEAD as it is. */
  record Seen(Optional<HeadSnapshot> now) implements Look {}

  /** The store did not answer: the outcome of the swap stays unknown. */
  record Unknown(String why) implements Look {}
}
