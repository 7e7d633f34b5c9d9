package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ObjectStore;
import java.nio.file.Path;

/**
 * One job, its store, its training, and the witness of what happens to it.
 *
 * @param store where everything is
 * @param witness who sees it
 * @param trainer what is trained
 */
public record TestingWorld(TestingStore store, Witness witness, TestingTrainer trainer) {

  /** How many checkpoints the collectors of these tests keep. */
  public static final int KEPT = 2;

  public static TestingWorld over(TestingTrainer trainer) {
    var store = new TestingStore();
    return new TestingWorld(store, new Witness(store, TestingJob.LAYOUT, KEPT), trainer);
  }

  /** The same world once more, to go another way from here. */
  public TestingWorld fork() {
    var copy = store.copy();
    return new TestingWorld(copy, witness.over(copy), trainer);
  }

  /** The job as one process sees it: through its own connection. */
  TestingJob job(ObjectStore connection) {
    return new TestingJob(connection, store.clock(), Path.of("unused"));
  }

  /** The job without faults. */
  public TestingJob job() {
    return job(store);
  }
}
