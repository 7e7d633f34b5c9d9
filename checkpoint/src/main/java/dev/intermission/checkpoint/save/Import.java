package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Makes a folder the checkpoint of a place of its own, for {@code spec.resumeFrom.uri}. The place
 * is named by what is in the folder, so that repeating an import finds what is there already, and
 * two folders never meet. May die anywhere: the same import again goes on from there, and sweeps
 * what the one that died left over.
 */
public final class Import {

  private static final long RUN = 1;
  private static final String WRITER = "import";

  private final ObjectStore store;
  private final String prefix;
  private final SaveTuning tuning;
  private final Clock clock;

  public Import(ObjectStore store, String prefix, SaveTuning tuning, Clock clock) {
    this.store = store;
    this.prefix = prefix;
    this.tuning = tuning;
    this.clock = clock;
  }

  /**
   * The folder is a committed checkpoint of {@code step} when this returns. Reads every file three
   * times: to name its place, to save it, and, before the commit, to see that what was saved is
   * what the place is named by. Twice when it is there already.
   *
   * @param namespace of the jobs that may resume from it
   * @param name for people: part of the keys
   * @throws StoreException.DirectoryRefused the folder holds something that cannot be saved
   * @throws StoreException.DirectoryTorn it changed meanwhile: import it again
   */
  public Imported run(String namespace, String name, long step, Path directory) {
    var folder = new ImportedFolder(step, directory);
    var uid = folder.uid();
    var layout = new Layout(prefix, new JobKey(namespace, name, uid));
    var head = new HeadObject(store, layout).read();
    var there = head.flatMap(seen -> seen.head().manifest());
    if (there.isPresent()) {
      sweep(layout);
      var manifest = new ManifestStore(store, layout).read(there.get());
      if (!folder.isWhole(uid, manifest)) throw other(directory, layout);
      return new Imported(step, layout.manifest(there.get().name()), manifest.bytes());
    }
    if (head.isEmpty()) seal(layout); // else an import that died, or one beside this one
    var saved = save(layout, folder, uid);
    sweep(layout);
    return new Imported(step, layout.manifest(saved.manifest().name()), saved.bytes());
  }

  private SaveResult save(Layout layout, ImportedFolder folder, String uid) {
    try {
      return save(layout, folder, uid, WRITER); // dies here: the next one finds its chunks
    } catch (StoreException.SaveTooOld leftLongAgo) {
      return save(layout, folder, uid, WRITER + "-" + UUID.randomUUID());
    }
  }

  private SaveResult save(Layout layout, ImportedFolder folder, String uid, String writer) {
    var claim = claim(layout, writer);
    return new CheckpointWriter(store, layout, tuning, clock)
        .save(
            claim,
            Session.alone(claim.token(), claim.podUid()),
            new SaveRequest(folder.step(), 0, 1, folder.directory(), Optional.empty(), false),
            new SaveWatch() {
              @Override
              public void aboutToCommit(Manifest manifest) {
                if (!folder.isWhole(uid, manifest)) throw torn(folder.directory());
              }
            });
  }

  /**
   * What imports left that died here goes when it is older than the grace; nobody else looks after
   * a place that is no training job's.
   */
  private void sweep(Layout layout) {
    try {
      new Retention(store, layout, tuning.grace(), clock, Set::of).sweep(new KeepRule(2));
    } catch (StoreException e) {
      // the checkpoint is whole all the same; the next import of the folder sweeps
    }
  }

  private void seal(Layout layout) {
    new Seal(store, layout, tuning.retries()).seal(Optional.empty(), RUN, Optional.empty());
  }

  private Claim claim(Layout layout, String writer) {
    var claiming = new Claiming(store, layout, tuning.retries());
    return switch (claiming.claim(RUN, writer, Optional.empty())) {
      case ClaimOutcome.Claimed(var claim) -> claim;
      case ClaimOutcome.NotSealedYet _, ClaimOutcome.FencedOut _, ClaimOutcome.Undecided _ ->
          throw new StoreException.EndpointUnreachable(
              "Could not begin an import at "
                  + layout.root()
                  + ": its HEAD could not be written. Nothing else was. Import again.",
              null);
    };
  }

  private static StoreException.DirectoryTorn torn(Path directory) {
    return new StoreException.DirectoryTorn(
        directory
            + " changed while it was imported. Nothing was committed. Import it again when nobody"
            + " writes into it.");
  }

  /** Committed by an import of a version that looked too late, or it changes just now. */
  private static StoreException.DirectoryTorn other(Path directory, Layout layout) {
    return new StoreException.DirectoryTorn(
        "What was imported to "
            + layout.root()
            + " is not what "
            + directory
            + " holds: the folder changed meanwhile, or changes now. Nothing was written. Delete"
            + " what lies below "
            + layout.root()
            + ", then import again.");
  }
}
