package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ChunkRef;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.checkpoint.manifest.PartFile;
import dev.intermission.checkpoint.parallel.InFlight;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.Commit;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.s3.ImmutableObjects;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Saves a step: its chunks, then (in a gang) this rank's part, then, by rank 0, the manifest and
 * HEAD. May die anywhere: before the commit it leaves orphans, after it the checkpoint is there.
 * One save at a time per instance. Protocol: docs/checkpoint-format.md, "Save".
 */
public final class CheckpointWriter {

  private final Layout layout;
  private final ManifestStore manifests;
  private final Quarantines quarantines;
  private final SaveTuning tuning;
  private final ChunkUploader uploader;
  private final GangParts parts;
  private final Commit commit;
  private final Clock clock;
  private final EarlyLook early;
  private Optional<StepInFlight> inFlight = Optional.empty();

  public CheckpointWriter(ObjectStore store, Layout layout, SaveTuning tuning, Clock clock) {
    var objects = new ImmutableObjects(store, tuning.retries());
    this.layout = layout;
    this.tuning = tuning;
    this.manifests = new ManifestStore(store, layout);
    this.quarantines = new Quarantines(store, layout, tuning.retries());
    this.uploader = new ChunkUploader(objects, layout, tuning);
    this.early = new EarlyLook(tuning.cutting());
    this.parts = new GangParts(store, objects, layout, tuning.parts());
    this.commit = new Commit(store, layout, tuning.retries(), tuning.grace());
    this.clock = clock;
  }

  /**
   * Saves and commits for a job with one worker.
   *
   * @throws StoreException.Fenced stop writing for good
   * @throws StoreException.CommitUndecided save again with the same arguments: nothing is sent
   *     twice
   * @throws StoreException.DirectoryRefused the folder holds something that is neither file nor
   *     folder
   * @throws StoreException.DirectoryTorn the folder changed meanwhile
   */
  public SaveResult save(Claim claim, SaveRequest request) {
    return save(claim, Session.alone(claim.token(), claim.podUid()), request);
  }

  /** Saves and commits for a gang, as {@link #save(Claim, Session, SaveRequest, SaveWatch)}. */
  public SaveResult save(Claim claim, Session session, SaveRequest request) {
    return save(claim, session, request, SaveWatch.NONE);
  }

  /**
   * Saves rank 0's files, waits for the parts of the session's other ranks, and commits for all.
   *
   * @throws StoreException.PartsIncomplete a rank's part is missing or contradicts rank 0's; save
   *     again
   */
  public SaveResult save(Claim claim, Session session, SaveRequest request, SaveWatch watch) {
    requireMember(session, request);
    if (request.rank() != 0) throw new IllegalArgumentException("only rank 0 commits");
    var started = clock.instant();
    if (claim.head().step() > request.step()) return overtaken(claim, started);
    var step = begin(request.step(), session.token(), claim.head().manifest());
    var saved = uploader.upload(request, claim.podUid(), step);
    var files = gathered(session, request, saved, watch);
    var manifest = manifest(claim, request, files);
    requireOwnOrParents(manifest, step.known());
    watch.aboutToCommit(manifest);
    var oldest = files.stream().map(PartFile::oldestChunk).min(Instant::compareTo).orElseThrow();
    var committed = committed(claim, manifest, oldest);
    return new SaveResult(
        committed,
        committed.head().manifest().orElseThrow(),
        manifest.bytes(),
        manifest.objects(),
        saved.sentBytes(),
        Duration.between(started, clock.instant()));
  }

  /**
   * Makes the part of a rank other than 0 durable, for rank 0 to commit.
   *
   * @param parent the manifest that HEAD names, whose chunks may be re-used
   * @return bytes sent
   */
  public long savePart(Session session, Optional<ManifestRef> parent, SaveRequest request) {
    requireMember(session, request);
    var pod = session.pods().get(request.rank());
    var saved = uploader.upload(request, pod, begin(request.step(), session.token(), parent));
    parts.write(partFile(session.token(), request, saved));
    return saved.sentBytes();
  }

  /**
   * Sends what can already be sent of a step that the trainer is still writing: chunks that it
   * seems to be done with since the last call for this step. Call it again and again until the step
   * is complete; {@link #save} then sends only the rest. A guess that was wrong, a file that was
   * rewritten, renamed or removed, or a step that never comes, costs bandwidth and an orphan that
   * is swept, never a wrong checkpoint: {@code save} hashes the complete folder.
   *
   * @param parent the manifest that HEAD names
   * @param unfinished the step's folder under its temporary name; it may vanish meanwhile
   * @param atMost chunks to send in this call
   * @return bytes sent
   */
  public long sendEarly(
      long step, FencingToken token, Optional<ManifestRef> parent, Path unfinished, int atMost) {
    var ready = early.ready(step, unfinished, atMost);
    if (ready.isEmpty()) return 0;
    var begun = beginEarly(step, token, parent);
    return InFlight.map(ready, tuning.inFlight(), slice -> sentEarly(slice, begun)).stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private long sentEarly(Slice slice, StepInFlight step) {
    try {
      return uploader.sendEarly(slice, step);
    } catch (StoreException.DirectoryTorn e) {
      return 0; // the trainer was not done with it after all; the save will send it
    }
  }

  /**
   * What this process sent of the step before, and HEAD's manifest as it is now: the operator may
   * have quarantined it since.
   */
  private synchronized StepInFlight begin(
      long step, FencingToken token, Optional<ManifestRef> parent) {
    var known = known(parent);
    var begun =
        inFlight
            .filter(before -> before.isOf(step, token))
            .map(before -> before.above(parent, known))
            .orElseGet(() -> StepInFlight.begin(step, token, parent, known));
    inFlight = Optional.of(begun);
    return begun;
  }

  /** The same, without a look at the store where there was one before: the save looks again. */
  private synchronized StepInFlight beginEarly(
      long step, FencingToken token, Optional<ManifestRef> parent) {
    return inFlight
        .filter(before -> before.isOf(step, token) && before.parent().equals(parent))
        .orElseGet(() -> begin(step, token, parent));
  }

  private synchronized void forget() {
    inFlight = Optional.empty();
  }

  private Claim committed(Claim claim, Manifest manifest, Instant oldestChunk) {
    try {
      var committed = commit.commit(claim, manifest, oldestChunk);
      forget(); // HEAD's manifest lists them from now on
      return committed;
    } catch (StoreException.SaveTooOld e) {
      forget(); // a sweep may take them
      throw e;
    }
  }

  /**
   * A restarted agent saves what it finds; a step that HEAD has passed is durable by a later one,
   * and nothing is sent.
   */
  private SaveResult overtaken(Claim claim, Instant started) {
    var later = claim.head().manifest().orElseThrow();
    var manifest = manifests.read(later);
    var took = Duration.between(started, clock.instant());
    return new SaveResult(claim, later, manifest.bytes(), manifest.objects(), 0, took);
  }

  private List<PartFile> gathered(
      Session session, SaveRequest request, SavedPart saved, SaveWatch watch) {
    var mine = partFile(session.token(), request, saved);
    if (session.worldSize() == 1)
      return List.of(mine); // nobody else needs to see it: the manifest repeats it
    parts.write(mine);
    watch.handedOver();
    return Stream.concat(Stream.of(mine), parts.others(mine, session).stream()).toList();
  }

  private PartFile partFile(FencingToken token, SaveRequest request, SavedPart saved) {
    return new PartFile(
        layout.job(),
        request.step(),
        token,
        request.finished(),
        request.worldSize(),
        saved.oldestChunk().orElseGet(clock::instant),
        saved.part());
  }

  private Manifest manifest(Claim claim, SaveRequest request, List<PartFile> files) {
    var all = new ArrayList<Part>();
    files.forEach(file -> all.add(file.part()));
    return new Manifest(
        Manifest.FORMAT,
        layout.job(),
        request.step(),
        claim.token(),
        request.requestId(),
        request.finished(),
        request.worldSize(),
        claim.head().manifest(),
        clock.instant(),
        all);
  }

  /**
   * Chunks by sum of the manifest that HEAD names. A damaged, quarantined or unreadable one is
   * simply not built upon: its damage would be in every later checkpoint too.
   */
  private Map<String, ChunkRef> known(Optional<ManifestRef> parent) {
    try {
      return parent.filter(ref -> quarantines.find(ref.name()).isEmpty()).stream()
          .flatMap(ref -> manifests.read(ref).chunks())
          .collect(Collectors.toMap(ChunkRef::sha256, chunk -> chunk, (first, _) -> first));
    } catch (StoreException.Damaged | StoreException.FormatTooNew e) {
      return Map.of();
    }
  }

  /**
   * Invariant: a checkpoint names only chunks of its own save and of the manifest that it replaces;
   * no others are safe from a sweep.
   */
  private static void requireOwnOrParents(Manifest manifest, Map<String, ChunkRef> known) {
    var own = Layout.chunkSuffix(manifest.step(), manifest.token());
    manifest
        .chunks()
        .filter(chunk -> !chunk.key().endsWith(own) && !chunk.equals(known.get(chunk.sha256())))
        .findFirst()
        .ifPresent(
            chunk -> {
              throw new StoreException.PartsIncomplete(
                  "A part names chunk "
                      + chunk.key()
                      + ", which neither this save wrote nor HEAD's manifest lists. HEAD was not"
                      + " changed. Save again.");
            });
  }

  private static void requireMember(Session session, SaveRequest request) {
    if (session.worldSize() != request.worldSize()) {
      throw new IllegalArgumentException(
          "world size " + request.worldSize() + ", roster of " + session.worldSize());
    }
  }
}
