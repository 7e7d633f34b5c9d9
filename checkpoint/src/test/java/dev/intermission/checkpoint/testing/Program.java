package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ObjectStore;

/**
 * What one process of the protocol does from its start. Its fields are its disk: they outlive a
 * process that dies, local variables do not.
 */
public interface Program {

  /** Who it is, in schedules and messages. */
  String name();

  /**
   * One life. True when nothing is left to do; a process that ends otherwise, or dies, is started
   * again.
   */
  boolean run(ObjectStore store);
}
