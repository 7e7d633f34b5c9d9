package dev.intermission.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Folder.Claims;
import dev.intermission.agent.state.Tenure.Standing;
import dev.intermission.control.Problem;
import dev.intermission.control.SaveCommand;
import dev.intermission.control.SaveState;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SaveViewTest {

  record Row(String story, Situation situation, SaveState expected) {
    @Override
    public String toString() {
      return story + " -> " + expected;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        row("just asked", asked(), SaveState.PENDING),
        row("the trainer took it on", asked().trained(12).armed(7), SaveState.ARMED),
        row("armed for a later step", askedAt(20).trained(12).armed(7), SaveState.ARMED),
        row("its step is reached", askedAt(20).trained(20).armed(7), SaveState.SAVING),
        row(
            "its folder is complete",
            asked().trained(12).armed(7).saved(12, declares(7)),
            SaveState.UPLOADING),
        row("its upload runs", held().uploading(12), SaveState.UPLOADING),
        row("durable, and the trainer waits", held().uploaded(), SaveState.HELD),
        row(
            "durable, not waiting yet",
            asked().trained(12).saved(12, declares(7)).uploaded(),
            SaveState.DURABLE),
        row(
            "durable, no hold asked",
            askedAt(12, false).trained(15).saved(12).uploaded(),
            SaveState.DURABLE),
        row("the trainer was past it", askedAt(10).trained(12).missed(7), SaveState.MISSED),
        row(
            "the trainer could not save",
            asked().trained(12).armed(7).couldNotSave(7, "disk full"),
            SaveState.FAILED),
        row(
            "an older request failed",
            asked().trained(12).armed(7).couldNotSave(6, "disk full"),
            SaveState.ARMED),
        row("a higher id was heard", asked().askedToHold(8), SaveState.SUPERSEDED),
        row("fenced", held().judged(Standing.FENCED), SaveState.FENCED),
        row("told to go on", held().uploaded().released(7, Release.DONE), SaveState.CONTINUED),
        row(
            "continue is wanted, HEAD not raised",
            held().uploaded().released(7, Release.WANTED),
            SaveState.HELD),
        row(
            "sealed, the trainer still waits",
            held().uploaded().judged(Standing.SEALED),
            SaveState.HELD),
        row(
            "training ended before it",
            asked().trained(50).saved(50, new Claims(Optional.empty(), true)).uploaded().finished(),
            SaveState.FAILED),
        row(
            "training ended, its last save is on its way",
            asked().trained(50).saved(50, new Claims(Optional.empty(), true)).finished(),
            SaveState.PENDING));
  }

  @Test
  void pendingRequestSaysWhereTheTrainerWasLast() {
    var view = SaveView.of(askedAt(20).trained(12).facts(), 7).orElseThrow();

    assertThat(view.state()).isEqualTo(SaveState.PENDING);
    assertThat(view.step()).contains(12L);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aRequestIsAsFarAsTheFactsSay(Row row) {
    assertThat(SaveView.of(row.situation().facts(), 7).orElseThrow().state())
        .isEqualTo(row.expected());
  }

  @Test
  void aRequestThatWasNeverHeardIsUnknown() {
    assertThat(SaveView.of(asked().facts(), 8)).isEmpty();
    assertThat(SaveView.of(Situation.claimed().facts(), 1)).isEmpty();
  }

  /** An operator whose memory was lost counts its ids anew, and comes to one that is taken. */
  @Test
  void anotherCommandUnderAKnownIdIsNotAnsweredWithTheResultOfTheFirst() {
    var durable = askedAt(12, false).trained(15).saved(12).uploaded().facts();

    assertThat(state(durable, new SaveCommand(7, Optional.of(12L), false)))
        .isEqualTo(SaveState.DURABLE);
    assertThat(state(durable, new SaveCommand(7, Optional.of(12L), true)))
        .isEqualTo(SaveState.SUPERSEDED);
    assertThat(state(durable, new SaveCommand(7, Optional.of(20L), false)))
        .isEqualTo(SaveState.SUPERSEDED);
  }

  private static SaveState state(Facts facts, SaveCommand command) {
    return SaveView.of(facts, command).orElseThrow().state();
  }

  @Test
  void theRequestOfADrainIsNobodyElses() {
    assertThat(SaveView.of(Situation.claimed().drained(7).facts(), 7)).isEmpty();
  }

  @Test
  void aHeldRequestNamesItsStepAndManifest() {
    var view = SaveView.of(held().uploaded().facts(), 7).orElseThrow();

    assertThat(view.step()).contains(12L);
    assertThat(view.manifest().orElseThrow().name()).isEqualTo(Situation.manifest(12).name());
  }

  @Test
  void anUploadThatFailsSaysWhyAndStaysUnderWay() {
    var view = SaveView.of(held().uploadFailed("EndpointUnreachable").facts(), 7).orElseThrow();

    assertThat(view.state()).isEqualTo(SaveState.UPLOADING);
    assertThat(view.problem()).map(Problem::reason).contains("EndpointUnreachable");
  }

  @Test
  void aDurableSaveThatWillBeHeldIsNotSettled() {
    var durable = asked().trained(12).saved(12, declares(7)).uploaded().facts();
    assertThat(SaveView.of(durable, 7).orElseThrow().settled(durable)).isFalse();

    var unheld = askedAt(12, false).trained(15).saved(12).uploaded().facts();

    assertThat(SaveView.of(unheld, 7).orElseThrow().settled(unheld)).isTrue();
  }

  private static Row row(String story, Situation situation, SaveState expected) {
    return new Row(story, situation, expected);
  }

  private static Situation asked() {
    return Situation.claimed().askedToHold(7);
  }

  private static Situation askedAt(long step) {
    return askedAt(step, true);
  }

  private static Situation askedAt(long step, boolean hold) {
    return Situation.claimed().asked(7, Optional.of(step), hold);
  }

  private static Situation held() {
    return asked().trained(12).armed(7).saved(12, declares(7)).holds(7);
  }

  private static Claims declares(long id) {
    return new Claims(Optional.of(id), false);
  }
}
