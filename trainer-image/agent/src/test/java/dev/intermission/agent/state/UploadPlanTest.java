package dev.intermission.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Folder.Claims;
import dev.intermission.agent.state.Tenure.Standing;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class UploadPlanTest {

  private static final Claims FINISHED = new Claims(Optional.empty(), true);

  @Test
  void theNewestFolderIsSavedAndAnOlderQueuedOneIsDropped() {
    var facts = Situation.claimed().saved(10).saved(20).facts();

    assertThat(next(facts)).contains(20L);
    assertThat(Leftovers.of(facts)).extracting(Folder::step).containsExactly(10L);
  }

  @Test
  void nothingIsSavedTwice() {
    assertThat(next(Situation.claimed().saved(10).uploaded().facts())).isEmpty();
  }

  @Test
  void nothingIsSavedThatHeadIsPast() {
    assertThat(next(Situation.claimed().resumedFrom(100).saved(90).facts())).isEmpty();
  }

  @Test
  void nothingIsSavedBeforeTheRestoreIsDone() {
    assertThat(next(Situation.claimed().stillRestoring().saved(10).facts())).isEmpty();
  }

  @Test
  void aFencedPodSavesNothing() {
    assertThat(next(Situation.claimed().saved(10).judged(Standing.FENCED).facts())).isEmpty();
  }

  @Test
  void theFolderOfARequestComesBeforeANewerPeriodicOne() {
    var facts = Situation.claimed().asked(7, Optional.of(20L), false).saved(20).saved(30).facts();

    assertThat(UploadPlan.next(facts).map(Upload::step)).contains(20L);
    assertThat(UploadPlan.next(facts).flatMap(Upload::requestId)).contains(7L);
    assertThat(Leftovers.of(facts)).isEmpty();
  }

  @Test
  void aGangsSaveThatNobodyHoldsForGivesWayToANewerOne() {
    var gang = Situation.claimed().inAGang().asked(7, Optional.of(20L), false);
    var facts = gang.saved(20).uploading(20).saved(30).facts();

    assertThat(UploadPlan.next(facts).map(Upload::step)).contains(30L);
    assertThat(UploadPlan.abandonsTheOneInFlight(facts)).isTrue();
  }

  /** A pause ran out of time since a rank never answered: its part of step 20 never comes. */
  @Test
  void aGangsSaveForAPauseThatIsOverGivesWayToANewerOne() {
    var gang = Situation.claimed().inAGang().asked(7, Optional.of(20L), true);
    var facts = gang.saved(20).uploading(20).released(7, Release.DONE).saved(30).facts();

    assertThat(UploadPlan.next(facts).map(Upload::step)).contains(30L);
    assertThat(UploadPlan.abandonsTheOneInFlight(facts)).isTrue();
  }

  @Test
  void aGangsSaveThatItHoldsForGivesWayToNone() {
    var gang = Situation.claimed().inAGang().asked(7, Optional.of(20L), true);
    var facts = gang.saved(20).uploading(20).saved(30).facts();

    assertThat(UploadPlan.abandonsTheOneInFlight(facts)).isFalse();
  }

  @Test
  void aPauseEndsAPeriodicUploadOfAnotherStep() {
    var periodic = Situation.claimed().saved(10).uploading(10);
    assertThat(UploadPlan.abandonsTheOneInFlight(periodic.facts())).isFalse();

    var paused = periodic.askedToHold(7).trained(12).saved(12).holds(7);

    assertThat(UploadPlan.abandonsTheOneInFlight(paused.facts())).isTrue();
  }

  @Test
  void aNewerPeriodicSaveDoesNotEndTheOneInFlight() {
    var facts = Situation.claimed().saved(10).uploading(10).saved(20).facts();

    assertThat(UploadPlan.abandonsTheOneInFlight(facts)).isFalse();
  }

  @Test
  void aPauseAtTheStepInFlightAdoptsIt() {
    var facts = Situation.claimed().saved(10).uploading(10).askedToHold(7).trained(10).holds(7);

    assertThat(UploadPlan.abandonsTheOneInFlight(facts.facts())).isFalse();
  }

  @Test
  void aPauseAtADurableStepIsSavedAgainUnderItsId() {
    var facts =
        Situation.claimed().trained(10).saved(10).uploaded().askedToHold(7).holds(7).facts();

    assertThat(UploadPlan.next(facts).flatMap(Upload::requestId)).contains(7L);
    assertThat(next(facts)).contains(10L);
  }

  @Test
  void aPauseBeforeTheFirstStepSavesWhatWasRestored() {
    var facts = Situation.claimed().resumedFrom(100).trained(100).askedToHold(7).holds(7).facts();

    assertThat(next(facts)).contains(100L);
    assertThat(UploadPlan.next(facts).flatMap(Upload::requestId)).contains(7L);
  }

  @Test
  void whatWasRestoredIsNotSavedWithoutAReason() {
    assertThat(next(Situation.claimed().resumedFrom(100).trained(100).facts())).isEmpty();
  }

  @Test
  void theIdThatAFolderDeclaresGoesIntoItsManifest() {
    var facts =
        Situation.claimed().asked(7, Optional.empty(), false).saved(12, declares(7)).facts();

    assertThat(UploadPlan.next(facts).flatMap(Upload::requestId)).contains(7L);
  }

  @Test
  void theIdOfADrainNeverGoesIntoAManifest() {
    var facts =
        Situation.claimed().askedToHold(7).drained(8).trained(12).saved(12, declares(8)).holds(8);

    assertThat(UploadPlan.next(facts.facts()).flatMap(Upload::requestId)).isEmpty();
  }

  @Test
  void anOperatorThatAsksUnderTheIdOfADrainGetsItsManifest() {
    var drained =
        Situation.claimed().drained(1).trained(12).saved(12, declares(1)).holds(1).uploaded();
    assertThat(next(drained.facts())).isEmpty();

    var facts = drained.askedToHold(1).facts();

    assertThat(next(facts)).contains(12L);
    assertThat(UploadPlan.next(facts).flatMap(Upload::requestId)).contains(1L);
  }

  @Test
  void anOlderDeclarationDoesNotTakeAnAnsweredRequestBack() {
    var facts =
        Situation.claimed()
            .askedToHold(6)
            .trained(12)
            .saved(12, declares(6))
            .holds(6)
            .uploaded()
            .askedToHold(7)
            .holds(7)
            .uploaded()
            .trained(13)
            .facts();

    assertThat(next(facts)).isEmpty();
  }

  @Test
  void theLastStepIsSavedAgainAsFinished() {
    var facts = Situation.claimed().saved(50).uploaded().saved(50, FINISHED).facts();

    assertThat(next(facts)).contains(50L);
    assertThat(next(Situation.claimed().saved(50, FINISHED).uploaded().facts())).isEmpty();
  }

  @Test
  void aFolderThatWasReplacedIsSavedAgain() {
    var replaced = new Claims(Optional.of(99L), false); // an id that nobody asked for
    var facts = Situation.claimed().saved(50).uploaded().saved(50, replaced).facts();

    assertThat(next(facts)).contains(50L);
  }

  @Test
  void theDurableFolderAndTheOneInFlightStayOnTheDisk() {
    var facts = Situation.claimed().saved(10).uploaded().saved(20).uploading(20).saved(30).facts();

    assertThat(Leftovers.of(facts)).isEmpty();
  }

  @Test
  void theRestoredFilesAreUsedOnceAStepWasTrained() {
    var resumed = Situation.claimed().resumedFrom(100);
    assertThat(Leftovers.resumeIsUsed(resumed.facts())).isFalse();
    assertThat(Leftovers.resumeIsUsed(resumed.trained(100).facts())).isFalse();

    assertThat(Leftovers.resumeIsUsed(resumed.trained(101).facts())).isTrue();
  }

  private static Claims declares(long id) {
    return new Claims(Optional.of(id), false);
  }

  private static Optional<Long> next(Facts facts) {
    return UploadPlan.next(facts).map(Upload::step);
  }

  @Test
  void aStepThatIsBeingWrittenIsSentEarly() {
    var facts = Situation.claimed().saved(10).uploaded().writing(20).facts();
    assertThat(UploadPlan.early(facts)).map(Unfinished::step).contains(20L);
  }

  @Test
  void nothingIsSentEarlyBeforeTheRestoreOrForAStepThatIsDurable() {
    assertThat(UploadPlan.early(Situation.claimed().stillRestoring().writing(20).facts()))
        .isEmpty();
    assertThat(UploadPlan.early(Situation.claimed().saved(20).uploaded().writing(20).facts()))
        .isEmpty();
  }
}
