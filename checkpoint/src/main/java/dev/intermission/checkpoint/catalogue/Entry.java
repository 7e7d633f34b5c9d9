package dev.intermission.checkpoint.catalogue;

import java.util.List;

/**
 * One checkpoint of a job.
 *
 * @param manifest its name, below {@code manifests/}
 * @param step after which optimizer update
 * @param standing where HEAD stands to it
 * @param content what is inside, as far as the manifest can be read
 * @param notes what others have said about it
 */
public record Entry(String manifest, long step, Standing standing, Content content, Notes notes) {

  /** Where HEAD stands to a checkpoint. */
  public enum Standing {
    /** HEAD names it: the next run begins from it. */
    NEWEST,
    /** HEAD's parent, or the parent of one of those: a fallback. */
    CHAIN,
    /** Left behind by a rollback, or never committed: goes after a week. */
    OFF_CHAIN
  }

  /**
   * What others have said about a checkpoint.
   *
   * @param pinnedBy uids of the owners that keep it, sorted
   * @param marked whether the collector is about to delete it
   * @param quarantined whether it was found damaged, so that nothing resumes from it
   */
  public record Notes(List<String> pinnedBy, boolean marked, boolean quarantined) {
    public Notes {
      pinnedBy = List.copyOf(pinnedBy);
    }
  }
}
