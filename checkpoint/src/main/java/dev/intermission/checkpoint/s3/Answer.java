package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;

/** What an exception of the SDK means to the protocol. */
sealed interface Answer {

  /** 412 or 416: the object is not as the request demanded. Nothing was changed. */
  record ConditionFailed() implements Answer {}

  /** 404 of a key. Nothing was changed. */
  record Absent() implements Answer {}

  /** No answer, or one that does not tell whether the request took effect. */
  record Unknown(String why) implements Answer {}

  /** A clear no that asking again does not change. Nothing was changed. */
  record Definite(StoreException failure) implements Answer {}
}
