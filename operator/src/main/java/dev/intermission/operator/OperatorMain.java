package dev.intermission.operator;

import dev.intermission.operator.config.InvalidConfiguration;
import dev.intermission.operator.config.OperatorConfig;

/**
 * Starts the operator; a deployment that cannot work ends at once, with all its mistakes listed.
 */
public final class OperatorMain {
  private OperatorMain() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      OperatorApp.start(OperatorConfig.fromEnvironment(System.getenv())).awaitEnd();
      System.exit(0); // also when the lease was lost: the kubelet starts the next one
    } catch (InvalidConfiguration mistakes) {
      System.err.println(mistakes.getMessage());
      System.exit(2);
    }
  }
}
