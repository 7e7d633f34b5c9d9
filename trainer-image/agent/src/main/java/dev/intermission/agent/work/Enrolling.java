package dev.intermission.agent.work;

import dev.intermission.agent.config.Self;
import dev.intermission.agent.state.Enrolment;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.control.Problem;
import dev.intermission.control.Roster;
import dev.intermission.control.SavedManifest;
import dev.intermission.control.SessionStart;
import dev.intermission.sdk.directory.AgentFile.ManifestFile;
import dev.intermission.sdk.directory.AgentFile.RosterFile;
import dev.intermission.sdk.directory.AgentFile.TokenFile;
import java.util.HashMap;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a gang's roster, once in the pod's life, so that no checkpoint mixes two incarnations of a
 * run [design review, 5]. Thread-safe.
 */
public final class Enrolling {

  private static final Logger LOG = LoggerFactory.getLogger(Enrolling.class);

  private final Self self;
  private final Starting.Notes notes;

  /** Rosters for one pod. */
  public Enrolling(Self self, Starting.Notes notes) {
    this.self = self;
    this.notes = notes;
  }

  /** The enrolment that an earlier process of this pod accepted. */
  static Optional<Enrolment> remembered(Journal journal) {
    return journal.memory().roster().map(Enrolling::enrolment);
  }

  /** Enrols this pod, or says why not; nothing changes then. */
  public synchronized Optional<Problem> take(Roster roster) {
    var file = file(roster);
    var known = notes.journal().memory().roster();
    if (known.isPresent()) {
      return known.get().equals(file)
          ? Optional.empty()
          : refused("RosterTaken", "This pod belongs to another session already; delete it.");
    }
    var refusal = refusal(roster);
    if (refusal.isPresent()) return refusal;
    notes.journal().remember(memory -> memory.withRoster(file));
    // dies here: the next process finds it, and the operator's next roster is the same one
    notes.board().update(facts -> facts.with(facts.tenure().with(enrolment(file))));
    LOG.atInfo().addKeyValue(LogKeys.RUN, self.run()).log("enrolled");
    return Optional.empty();
  }

  private Optional<Problem> refusal(Roster roster) {
    var start = roster.start();
    if (start.run() != self.run()) {
      return refused("RosterOfAnotherRun", "It is of run " + start.run() + ".");
    }
    if (roster.pods().size() != self.worldSize()
        || !self.podUid().equals(roster.pods().get(self.rank()))) {
      return refused("RosterWithoutMe", "It does not name this pod as rank " + self.rank() + ".");
    }
    var claim = notes.board().facts().tenure().claim();
    return self.rank() > 0 || claim.filter(mine -> begins(mine, start)).isPresent()
        ? Optional.empty()
        : refused("RosterNotOfMyClaim", "Rank 0 did not claim HEAD under that token.");
  }

  private static boolean begins(Claim claim, SessionStart start) {
    var restore = claim.head().manifest().map(ref -> new SavedManifest(ref.name(), ref.sha256()));
    return claim.token().writerEpoch() == start.writerEpoch() && restore.equals(start.restore());
  }

  private Optional<Problem> refused(String reason, String why) {
    return Optional.of(
        new Problem(
            reason,
            "The roster was refused by rank "
                + self.rank()
                + " of run "
                + self.run()
                + ". "
                + why));
  }

  private static RosterFile file(Roster roster) {
    var start = roster.start();
    return new RosterFile(
        new TokenFile(start.run(), start.writerEpoch()),
        start.restore().map(ref -> new ManifestFile(ref.name(), ref.sha256())),
        IntStream.range(0, roster.pods().size()).mapToObj(roster.pods()::get).toList());
  }

  private static Enrolment enrolment(RosterFile file) {
    var pods = new HashMap<Integer, String>();
    for (var rank = 0; rank < file.pods().size(); rank++) pods.put(rank, file.pods().get(rank));
    var token = new FencingToken(file.token().run(), file.token().writerEpoch());
    return new Enrolment(
        new Session(token, pods),
        file.restore().map(ref -> ManifestRef.of(ref.name(), ref.sha256())));
  }
}
