package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
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
    if (e instanceof AccessDeniedException denied) {
      return new StoreException.DirectoryRefused(
          denied.getFile()
              + " is closed to the agent ("
              + what
              + "). The newest committed checkpoint was not touched. Run the trainer under the same"
              + " user, or with the pod's fsGroup and files that the group may read and write.");
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
