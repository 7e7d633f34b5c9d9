package dev.intermission.checkpoint.testing;

/** What a call changed in the store, told at the moment when it did. */
public sealed interface Effect {

  /** The object's key. */
  String key();

  /** An object came to be, or HEAD was replaced. */
  record Written(String key) implements Effect {}

  /** An object went. */
  record Deleted(String key) implements Effect {}
}
