package dev.intermission.agent.script;

import java.util.HashSet;
import java.util.Set;

/** A script whose processes are as the test says. */
final class TestingScript implements Script {

  boolean seen = true;
  boolean running = true;
  boolean stopped;
  int asked;
  final Set<Print.Inode> openForWriting = new HashSet<>();

  /** What it does while it is looked at. */
  Runnable meanwhile = () -> {};

  @Override
  public boolean isSeen() {
    return seen;
  }

  @Override
  public boolean runs() {
    return seen && running;
  }

  @Override
  public boolean writes(Print print) {
    meanwhile.run();
    return runs() && print.inodes().stream().anyMatch(openForWriting::contains);
  }

  @Override
  public boolean askToSave() {
    if (!runs()) return false;
    asked++;
    return true;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void goOn() {
    stopped = false;
  }
}
