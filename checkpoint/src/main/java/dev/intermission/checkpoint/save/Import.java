package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.ClaimOutcome;
import dev.intermission.checkpoint.protocol.Claiming;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.protocol.Seal;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.LocalDisk;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
  private static final int READ_BUFFER_BYTES = 128 * 1024;

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
   * times: to name its place, to save it, and to see that it stayed the same.
   *
   * @param namespace of the jobs that may resume from it
   * @param name for people: part of the keys
   * @throws StoreException.DirectoryRefused the folder holds something that cannot be saved
   * @throws StoreException.DirectoryTorn it changed meanwhile: import it again
   */
  public Imported run(String namespace, String name, long step, Path directory) {
    var uid = uid(step, directory);
    var layout = new Layout(prefix, new JobKey(namespace, name, uid));
    var head = new HeadObject(store, layout).read();
    var there = head.flatMap(seen -> seen.head().manifest());
    if (there.isPresent()) {
      sweep(layout);
      var bytes = new ManifestStore(store, layout).read(there.get()).bytes();
      return new Imported(step, layout.manifest(there.get().name()), bytes);
    }
    if (head.isEmpty()) seal(layout); // else an import that died, or one beside this one
    var request = new SaveRequest(step, 0, 1, directory, Optional.empty(), false);
    var saved = save(layout, request);
    if (!uid(step, directory).equals(uid)) throw torn(directory, layout);
    sweep(layout);
    return new Imported(step, layout.manifest(saved.manifest().name()), saved.bytes());
  }

  private SaveResult save(Layout layout, SaveRequest request) {
    var writer = new CheckpointWriter(store, layout, tuning, clock);
    try {
      return writer.save(
          claim(layout, WRITER), request); // dies here: the next one finds its chunks
    } catch (StoreException.SaveTooOld leftLongAgo) {
      return writer.save(claim(layout, WRITER + "-" + UUID.randomUUID()), request);
    }
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

  private static StoreException.DirectoryTorn torn(Path directory, Layout layout) {
    return new StoreException.DirectoryTorn(
        directory
            + " changed while it was imported. Delete what lies below "
            + layout.root()
            + ", then import again.");
  }

  /** Paths, lengths and sums say everything about a folder. */
  private static String uid(long step, Path directory) {
    var digest = Sha256.digest();
    digest.update(Long.toString(step).getBytes(StandardCharsets.UTF_8));
    for (var file : SourceDirectory.read(directory).files()) {
      var line = "\n" + file.bytes() + " " + sum(file.file()) + " " + file.path();
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return "import-" + Sha256.hex(digest).substring(0, 32);
  }

  private static String sum(Path file) {
    var digest = Sha256.digest();
    var buffer = new byte[READ_BUFFER_BYTES];
    try (var in = Files.newInputStream(file)) {
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.update(buffer, 0, n);
    } catch (IOException e) {
      throw LocalDisk.failure("reading " + file, e);
    }
    return Sha256.hex(digest);
  }
}
