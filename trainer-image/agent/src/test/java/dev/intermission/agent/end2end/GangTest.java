package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.AgentApp;
import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingOperator;
import dev.intermission.agent.TestingTrainer;
import dev.intermission.agent.TestingTrainer.Member;
import dev.intermission.agent.TestingTrainer.Plan;
import dev.intermission.checkpoint.manifest.Part;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.Restored;
import dev.intermission.control.Roster;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several ranks, each with an agent and a trainer of its own, against a real MinIO. */
final class GangTest {

  private static final Duration STEP = Duration.ofMillis(5);

  /** Half a second: ranks on a busy machine hear of a request at different times. */
  private static final long MARGIN = 100;

  private static TestingMinio minio;

  @TempDir Path root;
  private TestingJob job;

  @BeforeAll
  static void startMinio(@TempDir Path data) {
    minio = TestingMinio.in(data.resolve("data"));
  }

  @AfterAll
  static void stopMinio() {
    minio.close();
  }

  @BeforeEach
  void newJob() {
    job = new TestingJob(minio, root);
  }

  @AfterEach
  void endJob() {
    job.close();
  }

  /** The ranks of one run, in order. */
  private final class Gang {
    final List<TestingJob.Pod> pods = new ArrayList<>();
    final List<AgentApp> agents = new ArrayList<>();
    final List<TestingOperator> operators = new ArrayList<>();
    final List<TestingTrainer> trainers = new ArrayList<>();

    Gang(long run, int worldSize) {
      for (var rank = 0; rank < worldSize; rank++) {
        var pod = job.pod(run, "run-" + run + "-rank-" + rank, rank, worldSize);
        pod.environment().with("INTERMISSION_GRACE_SECONDS", "3600");
        pods.add(pod);
        agents.add(job.start(pods.get(rank)));
        operators.add(job.operator(agents.get(rank), pods.get(rank)));
      }
    }

    Roster roster() {
      eventually("rank 0 claimed", () -> operators.get(0).status().session().isPresent());
      var uids = new HashMap<Integer, String>();
      for (var rank = 0; rank < pods.size(); rank++) {
        uids.put(rank, pods.get(rank).environment().identity().podUid());
      }
      return new Roster(operators.get(0).status().session().orElseThrow(), uids);
    }

    Gang enrolled() {
      var roster = roster();
      for (var operator : operators) {
        assertThat(operator.enrol(roster).statusCode()).isEqualTo(200);
      }
      for (var operator : operators) {
        eventually(
            "restored", () -> operator.status().restored().state() == Restored.State.RESTORED);
      }
      return this;
    }

    Gang training(Plan plan) {
      for (var rank = 0; rank < pods.size(); rank++) {
        trainers.add(job.train(pods.get(rank), plan, new Member(rank, pods.size())));
      }
      return this;
    }

    void trained(long steps) {
      for (var trainer : trainers) eventually("trained", () -> trainer.step() > steps);
    }

    /** Asks all ranks for a later step, at which they hold. */
    long held(long id) {
      return saved(id, true, SaveState.HELD);
    }

    /** Asks all ranks for a later step, after which they train on. */
    long saved(long id) {
      return saved(id, false, SaveState.DURABLE);
    }

    private long saved(long id, boolean hold, SaveState end) {
      var at = trainers.stream().mapToLong(TestingTrainer::step).max().orElseThrow() + MARGIN;
      for (var operator : operators) operator.save(new SaveCommand(id, Optional.of(at), hold));
      for (var operator : operators) operator.awaitState(id, end);
      return at;
    }

    void ended(long steps) throws Exception {
      for (var trainer : trainers) {
        var end = trainer.end().get(30, TimeUnit.SECONDS);
        assertThat(end.exitCode()).isZero();
        assertThat(end.model()).isEqualTo(TestingTrainer.modelAfter(steps));
      }
    }

    void killed() {
      trainers.forEach(TestingTrainer::kill);
      agents.forEach(AgentApp::close);
    }
  }

  @Test
  void noRankBeginsBeforeItKnowsItsSession() {
    job.seal(1);

    var gang = new Gang(1, 2);

    for (var operator : gang.operators) {
      eventually(
          "waits", () -> operator.status().restored().state() == Restored.State.WAITING_FOR_ROSTER);
    }
    assertThat(gang.operators.get(1).status().session()).isEmpty();
    assertThat(job.head().pod()).contains("run-1-rank-0");
    gang.enrolled();
  }

  @Test
  void allRanksHoldAtOneStepAndOneManifestNamesThemAll() {
    job.seal(1);
    var gang = new Gang(1, 3).enrolled().training(new Plan(2000, 0, STEP, 100));
    gang.trained(5);

    var at = gang.held(7);

    var manifest = job.newest();
    assertThat(manifest.step()).isEqualTo(at);
    assertThat(manifest.requestId()).contains(7L);
    assertThat(manifest.worldSize()).isEqualTo(3);
    assertThat(manifest.parts())
        .extracting(Part::podUid)
        .containsExactly("run-1-rank-0", "run-1-rank-1", "run-1-rank-2");
    assertThat(gang.trainers).allMatch(trainer -> trainer.step() == at);
  }

  @Test
  void theNextRunOfAllRanksGoesOnAtTheVeryStep() throws Exception {
    job.seal(1);
    var first = new Gang(1, 2).enrolled().training(new Plan(300, 50, STEP, 0));
    first.trained(60);
    var at = first.held(7);
    job.seal(2);
    first.killed();

    var second = new Gang(2, 2).enrolled().training(new Plan(300, 50, STEP, 0));

    second.ended(300);
    assertThat(second.trainers).allMatch(trainer -> trainer.resumedFrom() == at);
    assertThat(job.newest().finished()).isTrue();
    assertThat(job.newest().parts()).hasSize(2);
  }

  @Test
  void aContinueLetsAllRanksTrainOnFromMemory() throws Exception {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(300, 0, STEP, 0));
    gang.trained(5);
    gang.held(7);

    for (var operator : gang.operators) {
      assertThat(operator.letGo(7).state()).isEqualTo(SaveState.CONTINUED);
    }

    assertThat(job.head().seq()).isEqualTo(1);
    gang.ended(300);
  }

  /** The other has saved for it, and let the periodic one before it go. */
  @Test
  void aRankThatNeverHeardOfARequestIsToldThatItIsOver() throws Exception {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(300, 50, STEP, 0));
    var told = gang.operators.getFirst();
    told.save(new SaveCommand(7, Optional.of(60L), true));
    var over = new ContinueCommand(7, Optional.of(60L));

    for (var operator : gang.operators) {
      assertThat(operator.letGo(over).state()).isEqualTo(SaveState.CONTINUED);
    }

    gang.ended(300);
    assertThat(job.newest().finished()).isTrue();
  }

  @Test
  void ranksThatHoldStayHeldWhenHeadWasSealed() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(2000, 0, STEP, 0));
    gang.trained(5);
    var at = gang.held(7);
    job.seal(2);

    for (var operator : gang.operators) operator.letGo(7);

    assertThat(gang.trainers).allMatch(trainer -> trainer.step() == at);
  }

  @Test
  void aRankThatPassedTheStepSaysSoAndALaterOneIsMet() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(2000, 0, STEP, 0));
    gang.trained(20);
    var passed = new SaveCommand(7, Optional.of(3L), true);

    for (var operator : gang.operators) operator.save(passed);

    for (var operator : gang.operators) operator.awaitState(7, SaveState.MISSED);
    assertThat(gang.held(8)).isEqualTo(job.newest().step());
  }

  @Test
  void periodicSavesOfAllRanksAreCommittedTogether() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(2000, 40, STEP, 1000));

    eventually("committed", () -> job.head().step() >= 120);

    assertThat(job.newest().step() % 40).isZero();
    assertThat(job.newest().parts()).hasSize(2);
    assertThat(gang.operators).allMatch(operator -> operator.status().problem().isEmpty());
  }

  /** It was asked for a step that the other one had passed, as a gang is until it meets. */
  @Test
  void aRankWhoseNewestSaveNobodySharesHearsThatAnEarlierOneIsCommitted() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled();
    var plan = new Plan(2000, 40, STEP, 0);
    gang.trainers.add(job.train(gang.pods.get(1), plan, new Member(1, 2)));
    eventually("its part of step 40", () -> job.parts(40) == 1);
    gang.operators.get(1).save(new SaveCommand(7, Optional.of(100L), true));
    eventually("its part of step 100", () -> job.parts(100) == 1);

    gang.trainers.add(job.train(gang.pods.get(0), plan, new Member(0, 2)));

    eventually("committed", () -> job.head().step() >= 40);
    eventually("heard", () -> gang.operators.get(1).status().newestDurableStep().orElse(0L) >= 40);
  }

  @Test
  void aSaveThatAllRanksAreAskedForWithoutAHoldIsOneManifestAndNobodyStops() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(2000, 0, STEP, 0));
    gang.trained(5);

    var first = gang.saved(7);

    assertThat(job.newest().step()).isEqualTo(first);
    assertThat(job.newest().requestId()).contains(7L);
    assertThat(job.newest().parts())
        .extracting(Part::podUid)
        .containsExactly("run-1-rank-0", "run-1-rank-1");
    assertThat(gang.operators).noneMatch(operator -> operator.status().held());
    gang.trained(first);
    assertThat(gang.saved(8)).as("and again").isEqualTo(job.newest().step());
  }

  @Test
  void aDrainedRankSavesNothingAloneAndMayGoWhenAllHold() throws Exception {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(2000, 0, STEP, 0));
    gang.trained(5);
    var hook = CompletableFuture.supplyAsync(() -> gang.operators.get(1).drain());
    gang.trained(20);
    assertThat(gang.pods.get(1).directory().control().read()).as("asked by its hook").isEmpty();

    var at = gang.held(7);

    assertThat(hook.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(job.newest().step()).isEqualTo(at);
    assertThat(job.newest().parts()).hasSize(2);
  }

  /** Their siblings wait for the dead ones in their next step, and come to no save any more. */
  @Test
  @Timeout(60)
  void ranksWhoseTrainersDiedWaitOnlyAWhileForThePartsOfTheOthers() {
    job.seal(1);
    var gang = new Gang(1, 3).enrolled();
    var dead = gang.agents.subList(0, 2);
    for (var rank = 0; rank < 2; rank++) {
      gang.trainers.add(
          job.train(gang.pods.get(rank), new Plan(2000, 40, STEP, 0), new Member(rank, 3)));
    }
    eventually("both handed over", () -> job.parts(40) == 2);
    gang.trainers.forEach(TestingTrainer::kill);

    dead.parallelStream().forEach(AgentApp::stop);

    assertThat(job.head().manifest()).isEmpty();
  }

  @Test
  void aRankWhoseTrainerDiedStillCommitsWhatTheOthersAreAboutToSave() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled();
    var plan = new Plan(2000, 40, STEP, 0);
    var dead = job.train(gang.pods.get(0), plan, new Member(0, 2));
    eventually("handed over", () -> job.parts(40) == 1);
    dead.kill();
    var end = CompletableFuture.runAsync(gang.agents.get(0)::stop);

    job.train(gang.pods.get(1), plan, new Member(1, 2));

    end.join();
    assertThat(job.head().step()).isEqualTo(40);
  }

  @Test
  void aRosterIsAcceptedOnceInAPodsLife() {
    job.seal(1);
    var gang = new Gang(1, 2);
    var roster = gang.roster();
    gang.enrolled();

    var again = gang.operators.get(1).enrol(roster);
    var other = new Roster(roster.start(), Map.of(0, "somebody-else", 1, "run-1-rank-1"));
    var second = gang.operators.get(1).enrol(other);

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(TestingOperator.problem(second).reason()).isEqualTo("RosterTaken");
  }

  @Test
  void aRosterWithoutThisPodOrOfAnotherClaimIsRefused() {
    job.seal(1);
    var gang = new Gang(1, 2);
    var roster = gang.roster();
    var start = roster.start();
    var stranger = new Roster(start, Map.of(0, "run-1-rank-0", 1, "somebody-else"));
    var later =
        new Roster(
            new dev.intermission.control.SessionStart(
                start.run(), start.writerEpoch() + 1, start.restore()),
            roster.pods());

    assertThat(TestingOperator.problem(gang.operators.get(1).enrol(stranger)).reason())
        .isEqualTo("RosterWithoutMe");
    assertThat(TestingOperator.problem(gang.operators.get(0).enrol(later)).reason())
        .isEqualTo("RosterNotOfMyClaim");
    gang.enrolled();
  }

  @Test
  void anAgentThatRestartsFindsItsSessionInTheSharedDirectory() {
    job.seal(1);
    var gang = new Gang(1, 2).enrolled().training(new Plan(4000, 0, STEP, 0));
    gang.trained(5);

    for (var rank = 0; rank < 2; rank++) {
      gang.agents.get(rank).close();
      var next = job.start(gang.pods.get(rank));
      gang.agents.set(rank, next);
      gang.operators.set(rank, job.operator(next, gang.pods.get(rank)));
      var operator = gang.operators.get(rank);
      eventually("back", () -> operator.status().restored().state() == Restored.State.RESTORED);
    }

    assertThat(gang.held(9)).isEqualTo(job.newest().step());
  }

  @Test
  void aCheckpointOfAnotherWorldSizeIsRefusedByItsRemedy() {
    job.seal(1);
    var first = new Gang(1, 2).enrolled().training(new Plan(2000, 0, STEP, 0));
    first.trained(5);
    first.held(7);
    job.seal(2);
    first.killed();

    var second = new Gang(2, 3);
    var roster = second.roster();
    for (var operator : second.operators) operator.enrol(roster);

    for (var operator : second.operators) {
      eventually("refused", () -> operator.status().restored().state() == Restored.State.FAILED);
      assertThat(operator.status().restored().problem().orElseThrow().message())
          .contains("saved by 2 workers, this run has 3", "Set spec.workers: 2");
    }
  }
}
