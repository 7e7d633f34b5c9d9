package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.PartFile;
import dev.intermission.checkpoint.s3.ImmutableObjects;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * How the ranks of a gang hand their parts to rank 0: as objects named by step, token, rank and
 * pod.
 */
final class GangParts {

  private final ObjectStore store;
  private final ImmutableObjects objects;
  private final Layout layout;
  private final RetryBudget looks;

  GangParts(ObjectStore store, ImmutableObjects objects, Layout layout, RetryBudget looks) {
    this.store = store;
    this.objects = objects;
    this.layout = layout;
    this.looks = looks;
  }

  /** Makes one rank's part durable. Idempotent: its name ends in its sum. */
  void write(PartFile file) {
    var payload = Payload.Bytes.of(ManifestCodec.encodePart(file));
    var prefix =
        layout.partPrefix(file.step(), file.token(), file.part().rank(), file.part().podUid());
    objects.ensure(
        Layout.part(prefix, payload.sha256()),
        payload); // dies here: an orphan, swept after the grace time
  }

  /**
   * The parts of all ranks of the session but 0, in order of rank; waits for them within the
   * budget. Parts of pods outside the roster are not even read. Costs one listing for each look,
   * and one round trip for each part.
   */
  List<PartFile> others(PartFile mine, Session session) {
    var read = new HashMap<String, PartFile>(); // by key: what stands there never changes
    var retry = looks.start();
    do {
      var listed = store.list(layout.parts(mine.step(), mine.token())).toList();
      var found = new ArrayList<PartFile>();
      for (var rank = 1; rank < session.worldSize(); rank++) {
        var prefix = layout.partPrefix(mine.step(), mine.token(), rank, session.pods().get(rank));
        newest(listed, prefix)
            .map(key -> read.computeIfAbsent(key, this::read))
            .ifPresent(found::add);
      }
      if (found.size() == session.worldSize() - 1) return agreeing(mine, found);
    } while (retry.again());
    throw new StoreException.PartsIncomplete(
        "Not all "
            + session.worldSize()
            + " ranks wrote their part of checkpoint "
            + mine.step()
            + " in time. HEAD was not changed; the newest committed checkpoint stays. Look at the"
            + " logs of the other ranks' agents.");
  }

  private static Optional<String> newest(List<ListedObject> listed, String prefix) {
    return listed.stream()
        .filter(object -> object.key().startsWith(prefix))
        .max(Comparator.comparing(ListedObject::lastModified))
        .map(ListedObject::key);
  }

  private PartFile read(String key) {
    var bytes = store.read(key).map(object -> object.bytes()).orElse(new byte[0]);
    if (!key.contains(Sha256.hex(bytes).substring(0, 16))) {
      throw new StoreException.Damaged(key + " has not the sum in its name. HEAD was not changed.");
    }
    return ManifestCodec.decodePart(key, bytes);
  }

  private static List<PartFile> agreeing(PartFile mine, List<PartFile> others) {
    for (var other : others) {
      if (mine.agreesWith(other)) continue;
      throw new StoreException.PartsIncomplete(
          "Rank "
              + other.part().rank()
              + " and rank 0 do not agree about checkpoint "
              + mine.step()
              + " (world size "
              + other.worldSize()
              + " and "
              + mine.worldSize()
              + ", finished "
              + other.finished()
              + " and "
              + mine.finished()
              + "). HEAD was not changed.");
    }
    return others;
  }
}
