package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.io.IOException;
import java.util.Locale;

/** What an error of the local disk means. */
public final class LocalDisk {

  private LocalDisk() {}

  /**
   * The typed error for {@code e}, which happened while doing {@code what}. The JDK tells a full
   * disk only by the message.
   */
  public static StoreException failure(String what, IOException e) {
    var message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left") || message.contains("disk quota exceeded")) {
      return new StoreException.NoSpace(
          "The disk is full ("
              + what
              + "). The newest committed checkpoint was not touched. Raise"
              + " spec.checkpoint.volume.sizeLimit or the node's disk.",
          e);
    }
    return new StoreException.DiskFailing(
        "The disk failed while "
            + what
            + ": "
            + e
            + ". The newest committed checkpoint was not touched.",
        e);
  }
}
