package dev.intermission.agent.script;

import java.io.IOException;

/** The processes of the script, as far as they can be seen. */
interface Script {

  /** Whether they can be seen at all. */
  boolean isSeen();

  /** Whether one of them runs; false also when none can be seen. */
  boolean runs();

  /** Whether one of them could still write into one of these files. */
  boolean writes(Print print) throws IOException;

  /**
   * Says to the script that it shall save.
   *
   * @return false when there is nobody to say it to
   */
  boolean askToSave();

  /** Lets them stand still where they are; those that are told to end meanwhile may do so. */
  void stop();

  /** Lets them go on. */
  void goOn();
}
