package dev.intermission.operator.storage;

import dev.intermission.control.Problem;

/** The store cannot be used as it is configured; a person has to change something. */
final class StorageRefused extends RuntimeException {
  private final Problem problem;

  StorageRefused(Problem problem) {
    super(problem.reason() + ": " + problem.message());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
