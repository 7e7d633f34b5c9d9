package dev.intermission.e2e;

/** A part that does not do its work, until this is closed. */
interface Outage extends AutoCloseable {
  @Override
  void close();
}
