package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.Scene.failed;
import static dev.intermission.operator.plan.Scene.fresh;
import static dev.intermission.operator.plan.Scene.paused;
import static dev.intermission.operator.plan.Scene.pausing;
import static dev.intermission.operator.plan.Scene.recovering;
import static dev.intermission.operator.plan.Scene.running;
import static dev.intermission.operator.plan.Scene.starting;
import static dev.intermission.operator.plan.Scene.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every phase, by what is seen and what is wanted: where the job goes in this pass and what is
 * done. Read a row aloud: "running, a pause is wanted -> Pausing; asks for the save".
 */
class PlannerTableTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** What is found, and what follows: the phase on record afterwards, and the actions in order. */
  record Row(String name, Scene scene, Phase phase, List<String> actions) {
    @Override
    public String toString() {
      return name + " -> " + phase + (actions.isEmpty() ? ", waits" : ", " + actions);
    }
  }

  static Row row(String name, Scene scene, Phase phase, String... actions) {
    return new Row(name, scene, phase, List.of(actions));
  }

  static Stream<Row> pending() {
    return Stream.of(
        row(
            "new, template not tried -> tries it",
            fresh().templateUnknown(),
            Phase.PENDING,
            "DryRunTemplate"),
        row(
            "new, template refused -> waits for another one",
            fresh().template(new Verdict.Refused("TemplateRefused", "spec.x: no")),
            Phase.PENDING),
        row(
            "new, the API server could not say just now -> waits a little",
            fresh().template(undecided(SECOND)),
            Phase.PENDING),
        row(
            "new, the API server could not say a while ago -> asks again",
            fresh().template(undecided(MINUTE)),
            Phase.PENDING,
            "DryRunTemplate"),
        row("new, store not looked at -> looks", fresh().headUnread(), Phase.PENDING, "ReadHead"),
        row(
            "new, store failed just now -> lets it rest",
            fresh().headUnread().storageFails(SECOND),
            Phase.PENDING),
        row(
            "new, store failed a while ago -> looks again",
            fresh().headUnread().storageFails(MINUTE),
            Phase.PENDING,
            "ReadHead"),
        row("new, store empty -> seals HEAD for run 1", fresh(), Phase.PENDING, "SealHead 1"),
        row(
            "new, HEAD sealed and unclaimed -> run begins from what HEAD names",
            fresh().sealed(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "VerifyCheckpoint 1200"),
        row(
            "new, manifests without a HEAD -> starts nothing, looks again later",
            fresh().headMissing(),
            Phase.PENDING),
        row("new, created paused -> is paused, does nothing", fresh().pauseWanted(), Phase.PAUSED),
        row(
            "status lost while run 3 trains -> finds the run again",
            running().statusLost(),
            Phase.RUNNING,
            "SweepRetention"),
        row(
            "status lost, store not looked at -> looks before it decides anything",
            running().statusLost().headUnread(),
            Phase.PENDING,
            "ReadHead"),
        row(
            "status lost while run 3 was over -> begins run 4, never run 1",
            running().statusLost().job(ChildJob.State.FAILED),
            Phase.PENDING,
            "SealHead 4"),
        row(
            "status lost, pause wanted -> finds the run and pauses it",
            running().statusLost().pauseWanted(),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "status lost, its pod was asked before, pause wanted -> asks under a newer id",
            running().statusLost().askedBefore(40).pauseWanted(),
            Phase.PAUSING,
            "AskToSave 41"),
        row(
            "status lost, Job gone, a pod trains, pause wanted -> seals first, and pauses then",
            running().statusLost().noJob().pauseWanted(),
            Phase.PENDING,
            "SealHead 4"));
  }

  static Stream<Row> starting_() {
    return Stream.of(
        row(
            "starting, no Job -> creates it",
            starting().noPod().noJob().jobUidUnknown(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 3"),
        row(
            "starting, no Job, its create was refused just now -> waits a little",
            starting().noPod().noJob().jobUidUnknown().template(undecided(SECOND)),
            Phase.STARTING),
        row(
            "starting, no Job, its create was refused a while ago -> tries again",
            starting().noPod().noJob().jobUidUnknown().template(undecided(MINUTE)),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 3"),
        row(
            "starting, no Job, its create can never work -> waits for another template",
            starting()
                .noPod()
                .noJob()
                .jobUidUnknown()
                .template(new Verdict.Refused("TemplateRefused", "spec.x: no")),
            Phase.STARTING),
        row("starting, Job there, no pod yet -> waits", starting().noPod(), Phase.STARTING),
        row(
            "starting, its pods are refused -> waits, and says why",
            starting().podsRefused("exceeded quota"),
            Phase.STARTING),
        row(
            "starting, pod waits for a node -> waits",
            starting().unschedulable("0/1 nodes"),
            Phase.STARTING),
        row(
            "starting, image cannot be pulled -> waits",
            starting().waits("trainer", "ErrImagePull"),
            Phase.STARTING),
        row(
            "starting, image cannot be pulled, template mended -> replaces the run",
            starting().waits("trainer", "ErrImagePull").otherTemplate(),
            Phase.RECOVERING,
            "ReadHead"),
        row("starting, agent unheard -> polls", running().unheard(), Phase.RUNNING, "PollStatus 3"),
        row(
            "starting, agent waits for a seal that this process has not seen -> looks at HEAD",
            starting().trains().restoring(Restored.State.WAITING_FOR_SEAL).headReadBefore(),
            Phase.STARTING,
            "ReadHead"),
        row(
            "starting, agent restores -> waits",
            starting().trains().restoring(Restored.State.RESTORING),
            Phase.STARTING),
        row(
            "starting, restored and trainer runs -> running",
            starting().trains().restoring(Restored.State.RESTORED),
            Phase.RUNNING),
        row(
            "starting, restore failed -> failure, reads HEAD",
            starting().trains().restoring(Restored.State.FAILED),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "starting, pause wanted, nobody trains -> looks at HEAD anew",
            starting().pauseWanted(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "starting, somebody deleted the Job -> disruption",
            starting().noPod().noJob(),
            Phase.RECOVERING,
            "ReadHead"));
  }

  static Stream<Row> running_() {
    return Stream.of(
        row("running, all is well -> waits", running(), Phase.RUNNING),
        row("running, not heard -> polls", running().unheard(), Phase.RUNNING, "PollStatus 3"),
        row(
            "running, a newer checkpoint is committed -> verifies it",
            running().commitsUnseen(1240),
            Phase.RUNNING,
            "VerifyCheckpoint 1240"),
        row(
            "running, the newer checkpoint is verified -> says so",
            running().commits(1240, false),
            Phase.RUNNING),
        row(
            "running, pause wanted -> asks for the save",
            running().pauseWanted(),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "running, pause wanted, failed a minute ago -> trains on until its next attempt",
            running().pauseWanted().retriesIn(MINUTE),
            Phase.RUNNING),
        row(
            "running, pause wanted, next attempt due -> asks under a higher id",
            running().pauseWanted().retriesIn(SECOND.negated()),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "running, pause withdrawn while it waits for its next attempt -> forgets it",
            running().retriesIn(MINUTE),
            Phase.RUNNING),
        row(
            "running, described otherwise by another operator, nobody changed it -> trains on",
            running().otherTemplate(),
            Phase.RUNNING),
        row(
            "running, other template not tried -> tries it, trains on",
            running().changedTemplate().templateUnknown(),
            Phase.RUNNING,
            "DryRunTemplate"),
        row(
            "running, other template, the API server could not say just now -> trains on",
            running().changedTemplate().template(undecided(SECOND)),
            Phase.RUNNING),
        row(
            "running, other template that is taken -> saves first, as for a pause",
            running().changedTemplate(),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "running, other template, run of an operator that did not record its generation ->"
                + " trains on",
            running().changedTemplate().generationUnknown(),
            Phase.RUNNING),
        row(
            "running, template refused -> trains on",
            running().changedTemplate().template(new Verdict.Refused("TemplateRefused", "no")),
            Phase.RUNNING),
        row(
            "running, trainer holds although no pause is wanted -> lets it go on, looks at HEAD",
            running().reports(1250, true, false).headReadBefore(),
            Phase.RUNNING,
            "ContinueTraining 0",
            "ReadHead"),
        row(
            "running, trainer fails -> failure, reads HEAD",
            running().trainerEnds(1, "Error").headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, trainer exits 0 -> reads HEAD before it says anything",
            running().trainerEnds(0, "Completed"),
            Phase.RUNNING,
            "ReadHead"),
        row(
            "running, exited 0, HEAD read since, last checkpoint not looked at -> verifies it",
            running().trainerEnds(0, "Completed").endRecorded().commitsUnseen(3000),
            Phase.RUNNING,
            "VerifyCheckpoint 3000"),
        row(
            "running, exited 0, HEAD says finished -> succeeded",
            running().trainerEnds(0, "Completed").endRecorded().commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "running, exited 0, HEAD does not say finished -> next run, at once the first time",
            running().trainerEnds(0, "Completed").endRecorded(),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "running, exited 0, its pod is gone meanwhile -> decides all the same",
            running().noPod().endRecorded().commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "running, a script exits 0 by itself -> succeeded with its newest checkpoint",
            running().ofAScript().trainerEnds(0, "Completed").endRecorded(),
            Phase.SUCCEEDED),
        row(
            "running, a script exits 0 and left no checkpoint -> succeeded without one",
            running().ofAScript().nothingSaved().trainerEnds(0, "Completed").endRecorded(),
            Phase.SUCCEEDED),
        row(
            "running, a script exits 0 right after a pause that was taken back -> next run",
            running().ofAScript().pauseTakenBack(SECOND).trainerEnds(0, "Completed").endRecorded(),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "running, a script exits 0 long after a pause that was taken back -> succeeded",
            running()
                .ofAScript()
                .pauseTakenBack(MINUTE.multipliedBy(11))
                .trainerEnds(0, "Completed")
                .endRecorded(),
            Phase.SUCCEEDED),
        row(
            "running, its signal ended a script for a pause that was taken back -> next run",
            running().ofAScript().pauseTakenBack(SECOND).trainerEnds(143, "Error").headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, a script exits 0 though only its earlier run was paused -> succeeded",
            running()
                .ofAScript()
                .pauseTakenBack(MINUTE.multipliedBy(5))
                .trainerEnds(0, "Completed")
                .endRecorded(),
            Phase.SUCCEEDED),
        row(
            "running, a script exits 0 after notice was given -> next run",
            running().ofAScript().noticed().trainerEnds(0, "Completed").endRecorded(),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "running, a script's node leaves, no step was seen -> records the notice and asks",
            running().ofAScript().reports(1200, false, false).nodeLeaves(),
            Phase.RUNNING,
            "AskToSave 1"),
        row(
            "running, the kernel killed a script after a pause was taken back -> failed",
            running().ofAScript().pauseTakenBack(SECOND).trainerEnds(137, "OOMKilled"),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, HEAD says finished, trainer lingers -> succeeded, gives it time",
            running().commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "running, trainer failed after the final checkpoint -> succeeded whatever the exit"
                + " code",
            running().trainerEnds(137, "Error").commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "running, pod evicted by the API -> disruption",
            running().evicted("EvictionByEvictionAPI").headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, pod evicted by its kubelet -> failure",
            running().evicted("TerminationByKubelet").headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, pod drains -> waits, its hook saves",
            running().draining(MINUTE),
            Phase.RUNNING),
        row(
            "running, pod drains, pause wanted -> pauses, its hook saves",
            running().draining(MINUTE).pauseWanted(),
            Phase.PAUSING),
        row(
            "running, pod drains, pause wanted, next attempt not due -> its hook saves",
            running().draining(MINUTE).pauseWanted().retriesIn(MINUTE),
            Phase.RUNNING),
        row(
            "running, pod drained longer than its grace -> disruption",
            running().draining(MINUTE.negated()).headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, node silent for a moment -> waits",
            running().node(Readiness.NOT_READY, SECOND),
            Phase.RUNNING),
        row(
            "running, node lost -> disruption",
            running().node(Readiness.NOT_READY, MINUTE).headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, node removed -> disruption",
            running().node(Readiness.GONE, SECOND).headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, agent fenced -> disruption",
            running().reports(1250, false, true).headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, pod vanished while its Job is active -> waits for the Job controller",
            running().noPod(),
            Phase.RUNNING),
        row(
            "running, pod vanished and its Job failed -> disruption",
            running().noPod().job(ChildJob.State.FAILED).headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, pod vanished and its Job complete -> looks whether it finished",
            running().noPod().job(ChildJob.State.COMPLETE),
            Phase.RUNNING,
            "ReadHead"),
        row(
            "running, Job deleted -> disruption once its pods are gone",
            running().noPod().noJob().headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, Job deleted while its pod runs on -> waits for the pod",
            running().noJob(),
            Phase.RUNNING),
        row(
            "running, HEAD sealed for another run -> that run begins",
            running().sealed(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "ReleasePods 3",
            "DeleteChildJob 3"));
  }

  static Stream<Row> leaving() {
    return Stream.of(
        row(
            "its node announces its end -> asks for a save and a hold",
            running().nodeLeaves(),
            Phase.RUNNING,
            "AskToSave 1"),
        row(
            "nothing trained since the start -> waits",
            running().reports(1200, false, false).nodeLeaves(),
            Phase.RUNNING),
        row(
            "leaving, the save is on its way -> waits for it",
            running().nodeLeaves().noticed().answers(SaveState.UPLOADING),
            Phase.RUNNING,
            "PollSave 1"),
        row(
            "leaving, the save failed just now -> lets it rest",
            running().nodeLeaves().noticed().answers(SaveState.FAILED),
            Phase.RUNNING),
        row(
            "leaving, the save failed a while ago -> asks again",
            running()
                .nodeLeaves()
                .noticed()
                .answers(SaveState.FAILED, 1200, Scene.NOW.minus(MINUTE)),
            Phase.RUNNING,
            "AskToSave 2"),
        row(
            "leaving, held, HEAD not read since -> reads it",
            running()
                .commits(1250, false)
                .headReadBefore()
                .nodeLeaves()
                .noticed()
                .reports(1250, true, false)
                .answers(SaveState.HELD),
            Phase.RUNNING,
            "ReadHead"),
        row(
            "leaving, held, and HEAD has an older step -> asks again",
            running().nodeLeaves().noticed().reports(1250, true, false).answers(SaveState.HELD),
            Phase.RUNNING,
            "AskToSave 2"),
        row(
            "leaving, held and committed -> the run is over, nothing is lost",
            running()
                .commits(1250, false)
                .nodeLeaves()
                .noticed()
                .reports(1250, true, false)
                .answers(SaveState.HELD),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "leaving, and a pause is wanted -> pauses",
            running().nodeLeaves().noticed().pauseWanted(),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "leaving, and its pod is drained -> its hook goes on with it",
            running().nodeLeaves().noticed().draining(MINUTE),
            Phase.RUNNING),
        row(
            "the notice is taken back while it holds -> trains on from memory",
            running().noticed().reports(1250, true, false).answers(SaveState.HELD),
            Phase.RUNNING,
            "ContinueTraining 1"));
  }

  static Stream<Row> pausing_() {
    return Stream.of(
        row(
            "pausing for another template, saved and verified -> seals exactly that HEAD",
            pausing().unpaused().changedTemplate().proven(1250),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing for another template, sealed -> the next run begins with it",
            pausing().unpaused().changedTemplate().proven(1250).sealed(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "pausing for another template that is taken back -> trains on from memory",
            pausing().unpaused(),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "pausing, nobody asked by this process -> asks",
            pausing(),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "pausing, a script is not seen beyond its checkpoint -> asks it all the same",
            pausing().ofAScript().reports(1200, false, false),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "pausing, a script saved and left with its signal's code -> seals what HEAD has",
            pausing().ofAScript().trainerEnds(143, "Error").commits(1250, false),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing, HEAD not read -> asks all the same, and reads",
            pausing().headUnread(),
            Phase.PAUSING,
            "ReadHead",
            "AskToSave 1"),
        row(
            "pausing, save pending -> polls it, which renews the hold",
            pausing().answers(SaveState.PENDING),
            Phase.PAUSING,
            "PollSave 1"),
        row(
            "pausing, held and durable, HEAD older -> reads HEAD",
            pausing().answers(SaveState.HELD, 1250, Scene.NOW),
            Phase.PAUSING,
            "PollStatus 3",
            "ReadHead"),
        row(
            "pausing, saved and verified -> receipt, then seal",
            pausing().commits(1250, false).answers(SaveState.HELD),
            Phase.PAUSING,
            "PollStatus 3",
            "SealHead 4"),
        row(
            "pausing, save failed just now -> rests",
            pausing().answers(SaveState.FAILED),
            Phase.PAUSING),
        row(
            "pausing, save failed a while ago -> asks under the next id",
            pausing()
                .attemptBegan(MINUTE)
                .answers(SaveState.FAILED, 1200, Scene.NOW.minusSeconds(10)),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "pausing, request superseded -> asks under the next id",
            pausing().answers(SaveState.SUPERSEDED),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "pausing, agent fenced -> looks at HEAD",
            pausing().answers(SaveState.FENCED),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, receipt on record -> seals exactly that HEAD",
            pausing().proven(1250),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing, receipt on record, HEAD moved -> asks again",
            pausing().proven(1250).commits(1260, false),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "pausing, sealed -> releases the pods first, then the Job",
            pausing().proven(1250).sealed(),
            Phase.PAUSING,
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "pausing, sealed, pods terminating -> waits",
            pausing()
                .proven(1250)
                .sealed()
                .sealRecorded()
                .job(ChildJob.State.DELETING)
                .draining(SECOND),
            Phase.PAUSING),
        row(
            "pausing, sealed, all gone -> paused",
            pausing().proven(1250).sealed().sealRecorded().noPod().noJob(),
            Phase.PAUSED),
        row(
            "pausing, sealed, pod on a lost node -> paused, reported and not waited for",
            pausing()
                .proven(1250)
                .sealed()
                .sealRecorded()
                .job(ChildJob.State.DELETING)
                .draining(SECOND)
                .node(Readiness.NOT_READY, HOUR),
            Phase.PAUSED),
        row(
            "pausing, sealed, its pod never had a node -> paused: it holds no compute",
            pausing()
                .proven(1250)
                .sealed()
                .sealRecorded()
                .job(ChildJob.State.DELETING)
                .unschedulable("0/1 nodes are available"),
            Phase.PAUSED,
            "ReleasePods 3"),
        row(
            "pausing, withdrawn -> trains on from memory",
            pausing().unpaused(),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "pausing, withdrawn with the receipt on record -> trains on from memory",
            pausing().proven(1250).unpaused(),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "pausing, withdrawn after the seal -> an ordinary resume",
            pausing().proven(1250).sealed().unpaused(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "pausing, withdrawn, HEAD not read -> continues; HEAD will tell",
            pausing().headUnread().unpaused(),
            Phase.RUNNING,
            "ReadHead",
            "ContinueTraining 1"),
        row(
            "pausing, the pod gone, its Job does not say so yet -> waits",
            pausing().stepOnRecord(1250).noPod(),
            Phase.PAUSING),
        row(
            "pausing, the pod gone, its Job says nothing till the time is up -> trains on",
            pausing().stepOnRecord(1250).noPod().attemptBegan(HOUR),
            Phase.RUNNING),
        row(
            "pausing, sealed, a pod long after its grace -> paused, reported and not waited for",
            pausing()
                .proven(1250)
                .sealed()
                .sealRecorded()
                .job(ChildJob.State.DELETING)
                .draining(HOUR.negated()),
            Phase.PAUSED),
        row(
            "pausing, time is up, this process never read HEAD, the store fails -> trains on",
            pausing().attemptBegan(HOUR).headUnread().storageFails(MINUTE),
            Phase.RUNNING,
            "ReadHead",
            "ContinueTraining 1"),
        row(
            "pausing, time is up, never read HEAD, but the store may answer -> reads it",
            pausing().attemptBegan(HOUR).headUnread(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, sealed, HEAD not read again, the store fails -> stays, whatever the time",
            pausing()
                .attemptBegan(HOUR)
                .proven(1250)
                .sealed()
                .sealRecorded()
                .headUnread()
                .storageFails(MINUTE),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, time is up, HEAD missing -> trains on",
            pausing().attemptBegan(HOUR).headMissing(),
            Phase.RUNNING,
            "ReadHead",
            "ContinueTraining 1"),
        row(
            "pausing, time is up, agent silent -> trains on, tries again later",
            pausing().attemptBegan(HOUR).silentFor(HOUR),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "pausing, time is up, but this process asked nobody yet -> asks, with all the time"
                + " again",
            pausing().attemptBegan(HOUR),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "pausing, the latest is enough, HEAD as it was before the request -> reads it first",
            pausing().latestIsEnough().headReadBefore(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, time is up, the latest will do, HEAD as it was before -> reads it first",
            pausing()
                .latestIfItFails()
                .attemptBegan(MINUTE.multipliedBy(11))
                .headReadBefore()
                .silentFor(HOUR),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, time is up, but it is saved -> uses the save",
            pausing().attemptBegan(HOUR).commits(1250, false).answers(SaveState.HELD),
            Phase.PAUSING,
            "PollStatus 3",
            "SealHead 4"),
        row(
            "pausing, time is up, the store does not take the seal -> trains on, tries again later",
            pausing().attemptBegan(HOUR).proven(1250).storageFails(SECOND),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "pausing, time is up, the latest will do -> takes HEAD as it is",
            pausing().latestIfItFails().attemptBegan(HOUR).silentFor(HOUR),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing, the latest is enough -> takes HEAD as it is, asks nobody",
            pausing().latestIsEnough(),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing, the latest is enough but there is none -> asks for a save",
            pausing().latestIsEnough().nothingSaved(),
            Phase.PAUSING,
            "AskToSave 1"),
        row(
            "pausing, the latest is enough, HEAD as it was before names none -> reads it first",
            pausing().latestIsEnough().nothingSaved().headReadBefore(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, time is up, the latest would do but the store is gone -> trains on",
            pausing()
                .latestIfItFails()
                .nothingSaved()
                .headReadBefore()
                .attemptBegan(HOUR)
                .silentFor(HOUR)
                .storageFails(SECOND),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "pausing, trainer fails meanwhile -> completes with HEAD as it is",
            pausing().trainerEnds(1, "Error"),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing, trainer finishes meanwhile -> succeeded",
            pausing().trainerEnds(0, "Completed").commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "pausing, pod drains -> waits, its hook saves",
            pausing().draining(MINUTE),
            Phase.PAUSING),
        row(
            "pausing, nothing was ever saved and nobody is left -> seals, without a receipt",
            pausing().nothingSaved().trainerEnds(1, "Error"),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing, HEAD missing -> releases nothing, looks again",
            pausing().headMissing(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, the save is damaged twice -> quarantines it",
            pausing()
                .commits(1250, false)
                .damaged(MINUTE, Optional.of(1200L))
                .answers(SaveState.HELD),
            Phase.PAUSING,
            "PollStatus 3",
            "QuarantineCheckpoint 1250"),
        row(
            "pausing, the save is quarantined -> saves again",
            pausing()
                .commits(1250, false)
                .damaged(MINUTE, Optional.of(1200L))
                .quarantined()
                .answers(SaveState.HELD),
            Phase.PAUSING,
            "PollStatus 3",
            "AskToSave 2"),
        row(
            "pausing, store fails -> lets it rest, the trainer holds",
            pausing().proven(1250).storageFails(SECOND),
            Phase.PAUSING));
  }

  static Stream<Row> paused_() {
    return Stream.of(
        row("paused, all is well -> waits for the user", paused(), Phase.PAUSED),
        row(
            "paused, unpaused -> the seal of the pause serves the next run",
            paused().unpaused(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4"),
        row(
            "paused, unpaused, store not looked at -> looks",
            paused().unpaused().headUnread(),
            Phase.PAUSED,
            "ReadHead"),
        row(
            "paused, unpaused, other template not tried -> tries it",
            paused().unpaused().otherTemplate().templateUnknown(),
            Phase.PAUSED,
            "DryRunTemplate"),
        row(
            "paused, unpaused, HEAD missing -> starts nothing",
            paused().unpaused().headMissing(),
            Phase.PAUSED),
        row(
            "paused, a Job appears -> deletes it [3]",
            paused().job(ChildJob.State.ACTIVE),
            Phase.PAUSED,
            "DeleteChildJob 3"),
        row(
            "paused, release not on record, all gone -> records it",
            paused().unreleased(),
            Phase.PAUSED),
        row("paused, other template -> waits", paused().otherTemplate(), Phase.PAUSED));
  }

  static Stream<Row> recovering_() {
    return Stream.of(
        row(
            "recovering, HEAD not read since the end -> reads it",
            recovering().headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "recovering, newest checkpoint not verified -> verifies it",
            recovering().unverified(),
            Phase.RECOVERING,
            "VerifyCheckpoint 1200"),
        row("recovering, verified -> waits for the back-off", recovering(), Phase.RECOVERING),
        row(
            "recovering, back-off over -> seals the next run",
            recovering().nextRunIn(SECOND.negated()),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "recovering, sealed -> run 4 begins, what is left of run 3 goes",
            recovering().nextRunIn(SECOND.negated()).sealed(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "recovering, the last checkpoint says finished -> succeeded",
            recovering().commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "recovering, failed too often -> failed",
            recovering().failuresInARow(4, 3),
            Phase.FAILED),
        row(
            "recovering, failed too often but with a newer checkpoint -> tries on",
            recovering().failuresInARow(4, 3).commits(1240, false),
            Phase.RECOVERING),
        row(
            "recovering, five runs without a newer checkpoint -> waits ten minutes",
            recovering().failuresInARow(0, 5),
            Phase.RECOVERING),
        row(
            "recovering, pause wanted -> pauses with HEAD as it is",
            recovering().pauseWanted(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "recovering, the restore failed -> reads every byte of the checkpoint",
            recovering().lastEnd("RestoreFailed"),
            Phase.RECOVERING,
            "VerifyCheckpoint 1200"),
        row(
            "recovering, damaged at the first look -> looks again later",
            recovering().damaged(SECOND, Optional.of(900L)),
            Phase.RECOVERING),
        row(
            "recovering, damaged twice -> quarantines it",
            recovering().damaged(MINUTE, Optional.of(900L)),
            Phase.RECOVERING,
            "QuarantineCheckpoint 1200"),
        row(
            "recovering, damaged and quarantined -> the next run falls back",
            recovering().damaged(MINUTE, Optional.of(900L)).quarantined(),
            Phase.RECOVERING,
            "LeaveCheckpoint 4 to 900"),
        row(
            "recovering, quarantined, where it would go back to is going -> looks again later",
            recovering().damaged(MINUTE, Optional.of(900L)).quarantined().going(900, Duration.ZERO),
            Phase.RECOVERING),
        row(
            "recovering, quarantined, that was going before the last look -> the next run falls"
                + " back",
            recovering().damaged(MINUTE, Optional.of(900L)).quarantined().going(900, SECOND),
            Phase.RECOVERING,
            "LeaveCheckpoint 4 to 900"),
        row(
            "recovering, damaged twice and nothing older -> waits for a person",
            recovering().damaged(MINUTE, Optional.empty()),
            Phase.RECOVERING),
        row(
            "recovering, HEAD missing -> starts nothing",
            recovering().headMissing(),
            Phase.RECOVERING),
        row(
            "recovering, template refused -> waits for another one",
            recovering()
                .nextRunIn(SECOND.negated())
                .otherTemplate()
                .template(new Verdict.Refused("TemplateRefused", "no")),
            Phase.RECOVERING));
  }

  static Stream<Row> ended() {
    return Stream.of(
        row("succeeded -> waits for nothing", succeeded(), Phase.SUCCEEDED),
        row(
            "succeeded, pause wanted -> stays succeeded",
            succeeded().pauseWanted(),
            Phase.SUCCEEDED),
        row(
            "succeeded, other template -> stays succeeded",
            succeeded().otherTemplate(),
            Phase.SUCCEEDED),
        row(
            "succeeded, everything gone -> stays succeeded",
            succeeded().noPod().noJob(),
            Phase.SUCCEEDED),
        row("failed -> waits for the user", failed(), Phase.FAILED),
        row(
            "failed, template mended -> tries again at once",
            failed().otherTemplate(),
            Phase.RECOVERING,
            "SealHead 4"),
        row(
            "failed, limit raised -> tries again after the back-off",
            failed().restartLimit(10),
            Phase.RECOVERING),
        row(
            "failed, pause wanted -> stays failed: nothing runs",
            failed().pauseWanted(),
            Phase.FAILED),
        row(
            "failed, its pod lives -> seals, so that it commits for nobody",
            failed().podLives(),
            Phase.FAILED,
            "SealHead 4"),
        row(
            "failed, its pod lives, sealed -> releases it",
            failed().podLives().sealed(),
            Phase.FAILED,
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "failed, its pod lives, store not looked at -> looks",
            failed().podLives().headUnread(),
            Phase.FAILED,
            "ReadHead"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void plans(Row row) {
    var plan = row.scene().plan();

    assertThat(plan.actions().stream().map(PlannerTableTest::said).toList())
        .as("actions of: %s", row)
        .isEqualTo(row.actions());
    assertThat(plan.status().phase()).isEqualTo(row.phase());
  }

  @ParameterizedTest
  @MethodSource("all")
  void planningAgainWritesNothingAndTellsNothing(Row row) {
    var plan = row.scene().plan();

    var again = row.scene().again(plan);

    assertThat(again.status()).isEqualTo(plan.status());
    assertThat(again.events()).isEmpty();
  }

  /** Paused, succeeded and failed wait for the user; nothing else may wait for ever. */
  @ParameterizedTest
  @MethodSource({
    "pending",
    "starting_",
    "running_",
    "leaving",
    "periodic",
    "pausing_",
    "held",
    "queued",
    "recovering_"
  })
  void everyOtherPhaseHasATimeAtWhichItLooksAgain(Row row) {
    var plan = row.scene().plan();
    var resting = EnumSet.of(Phase.PAUSED, Phase.SUCCEEDED, Phase.FAILED);
    if (resting.contains(plan.status().phase()) || refused(plan)) return;

    assertThat(plan.wakeAt()).as(row.name()).isPresent();
    assertThat(plan.wakeAt().get()).isAfterOrEqualTo(Scene.NOW);
  }

  static Stream<Row> held() {
    return HeldTest.rows();
  }

  static Stream<Row> periodic() {
    return PeriodicSaveTest.rows();
  }

  static Stream<Row> queued() {
    return QueuedTest.rows();
  }

  static Stream<Row> all() {
    return Stream.of(
            pending(),
            starting_(),
            running_(),
            leaving(),
            periodic(),
            pausing_(),
            HeldTest.rows(),
            QueuedTest.rows(),
            paused_(),
            recovering_(),
            ended())
        .flatMap(rows -> rows);
  }

  @Test
  void everyPhaseHasRows() {
    var covered = all().map(row -> row.scene().status().phase()).collect(Collectors.toSet());
    assertThat(covered).containsExactlyInAnyOrder(Phase.values());
  }

  /** A refused template waits for another one, whose generation wakes the job. */
  private static boolean refused(Plan plan) {
    return plan.status()
        .condition(ConditionType.READY)
        .filter(ready -> ready.reason().equals("TemplateRefused"))
        .isPresent();
  }

  private static Verdict undecided(Duration ago) {
    return new Verdict.Undecided("CreateForbidden", new Seen<>("quota", Scene.NOW.minus(ago)));
  }

  static String said(Action action) {
    var name = action.getClass().getSimpleName();
    return switch (action) {
      case Action.CreateChildJob(var run, _, _) -> name + " " + run;
      case Action.ReleasePods(var run, _) -> name + " " + run;
      case Action.DeleteChildJob(var run) -> name + " " + run;
      case Action.SealHead(_, var run, _) -> name + " " + run;
      case Action.VerifyCheckpoint(var manifest, _, _) -> name + " " + manifest.step();
      case Action.QuarantineCheckpoint(var manifest, _) -> name + " " + manifest.step();
      case Action.LeaveCheckpoint(_, var run, var to) -> name + " " + run + " to " + to.step();
      case Action.PollStatus(var run) -> name + " " + run;
      case Action.AskToSave(_, var command) -> name + " " + command.id();
      case Action.SendRoster(var run, _) -> name + " " + run;
      case Action.PollSave(_, var id) -> name + " " + id;
      case Action.ContinueTraining(_, var command) -> name + " " + command.id();
      case Action.SeekCheckpoint(_, var from, _, _, _) ->
          name + " " + from.job().orElseGet(() -> String.valueOf(from.step().orElseThrow()));
      case Action.ReleaseOrigin(_, var origin) -> name + " " + origin;
      case Action.DeleteTrainingJob _ -> name;
      case Action.DryRunTemplate _, Action.EnsureService _, Action.ReadHead _ -> name;
      case Action.SweepRetention _, Action.HoldDeletion _, Action.PurgeCheckpoints _ -> name;
      case Action.LetGo(var end) -> name + " " + end;
    };
  }
}
