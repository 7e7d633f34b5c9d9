package dev.intermission.agent.script;

import dev.intermission.agent.config.Watch;
import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.ProgressFile;
import dev.intermission.sdk.directory.ProgressFile.Failure;
import dev.intermission.sdk.directory.Request;
import dev.intermission.sdk.directory.ScriptFile;
import dev.intermission.sdk.directory.ScriptFile.Asked;
import dev.intermission.sdk.directory.ScriptFile.State;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the trainer's part for a script that knows nothing of us. A request is passed on as a
 * signal, and answered by the next checkpoint that changed after it; to hold means that the
 * script's processes stand still. All that it knows is in {@code script.json} before it acts on it,
 * so that the agent's next process goes on.
 */
public final class StandIn implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(StandIn.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration MAY_BE_STARTING = Duration.ofSeconds(20);

  private final Watch watch;
  private final SharedDirectory directory;
  private final Script script;
  private final LongSupplier nanoTime;
  private final Complete complete;
  private ScriptFile memory;
  private Optional<Unsaid> unsaid = Optional.empty();
  private String complaint = "";

  /** A request of which the script has not been told. */
  private record Unsaid(long id, long nanos) {}

  StandIn(Watch watch, SharedDirectory directory, Script script, LongSupplier nanoTime) {
    this.watch = watch;
    this.directory = directory;
    this.script = script;
    this.nanoTime = nanoTime;
    this.complete = new Complete(watch, script, nanoTime);
  }

  /** For the script that the operator started in the pod with this uid. */
  public static StandIn of(Watch watch, SharedDirectory directory, String podUid) {
    var processes = new ScriptProcesses(Path.of("/proc"), podUid, watch.signal());
    return new StandIn(watch, directory, processes, System::nanoTime);
  }

  @Override
  public void run() {
    try {
      while (true) {
        look();
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The last look, once the script has ended: what it completed is handed over when this returns.
   */
  public void finish() {
    look(true);
  }

  void look() {
    look(false);
  }

  private synchronized void look(boolean last) {
    try {
      if (memory == null && !begin()) return;
      obey();
      if (memory.heldFor().isPresent()) script.stop(); // again, if the agent began anew meanwhile
      else handOver(last || hasEnded());
    } catch (IOException | UncheckedIOException e) {
      complain("The script's checkpoints cannot be handed over: " + e);
    }
  }

  /** False while the restore is under way. The script starts after the first report. */
  private boolean begin() throws IOException {
    var agent = directory.agent().read().filter(AgentFile::isRestoreOver);
    if (agent.isEmpty()) return false;
    var known = directory.script().read();
    if (known.isPresent()) {
      memory = known.get();
      return true;
    }
    var restored = agent.get().restoredStep();
    Files.createDirectories(watch.directory());
    if (restored.isPresent()) new Placing(watch, directory).place(restored.get());
    remember(ScriptFile.beginning(restored, complete.prints()));
    // dies here: reported by the next process, and the script starts then
    report(Optional.empty());
    return true;
  }

  /** Whether the script was seen and is no more; for one that cannot be seen nobody knows. */
  private boolean hasEnded() {
    var runs = script.runs();
    if (runs && !memory.ran()) remember(memory.running());
    return memory.ran() && !runs;
  }

  private void obey() throws IOException {
    var request = directory.control().read().orElse(null);
    if (request instanceof Request.Checkpoint(var id, var _, var hold) && id > memory.askedId()) {
      ask(id, hold);
    } else if (request instanceof Request.Continue(var id, _) && id >= memory.askedId()) {
      letGo();
    }
    sayIt();
  }

  private void ask(long id, boolean hold) throws IOException {
    if (memory.heldFor().isPresent()) { // it stands where it stood: what is saved answers this too
      remember(memory.with(new Asked(id, hold, Instant.EPOCH, State.SAVED)));
      if (!hold) script.goOn();
      report(Optional.empty());
      return;
    }
    remember(memory.with(new Asked(id, hold, now(), State.OPEN)));
    report(Optional.empty());
    unsaid = Optional.of(new Unsaid(id, nanoTime.getAsLong()));
    // dies here: the script is never told, and a later request tells it; told twice it could take
    // the second time for impatience
  }

  private void sayIt() {
    if (unsaid.isEmpty()) return;
    if (script.askToSave()) unsaid = Optional.empty();
    else if (isLate(unsaid.get())) nobodyToTell();
  }

  private boolean isLate(Unsaid request) {
    return nanoTime.getAsLong() - request.nanos() > MAY_BE_STARTING.toNanos();
  }

  private void nobodyToTell() {
    unsaid = Optional.empty();
    complain(
        "No process of the trainer can be signalled. It has to run as the agent's user, without"
            + " capabilities, and keep the variables that it was started with.");
  }

  private void letGo() throws IOException {
    unsaid = Optional.empty();
    if (memory.asked().filter(asked -> asked.state() != State.OVER).isEmpty()) return;
    var held = memory.heldFor().isPresent();
    remember(memory.with(State.OVER));
    // dies here: the script stands still until the next request ends, for it is not held any more
    if (held) script.goOn();
    report(Optional.empty());
  }

  private void handOver(boolean atTheEnd) throws IOException {
    var look = complete.look(memory.taken(), atTheEnd);
    var newest = look.complete().stream().max(this::byAge);
    for (var older : look.complete()) {
      if (newest.filter(older::equals).isEmpty())
        remember(memory.with(older.name(), older.print().sum()));
    }
    if (newest.isPresent()) take(newest.get());
    if (!memory.taken().keySet().equals(look.there()) && newest.isPresent())
      remember(memory.only(look.there()));
    if (!look.torn().isEmpty()) warn(look.torn());
  }

  private int byAge(Found one, Found other) {
    return Comparator.<Found, Long>comparing(found -> watch.pattern().step(found.name()).orElse(0L))
        .thenComparing(found -> found.print().changed())
        .compare(one, other);
  }

  private void take(Found found) throws IOException {
    var step = step(found);
    if (step < memory.step().orElse(-1L)) {
      refuse(found, step);
      return;
    }
    var answers = memory.open().filter(asked -> !found.print().changed().isBefore(asked.since()));
    if (!new Handover(directory).take(found, step, answers.map(Asked::id))) return;
    // dies here: handed over again by the next process, as the same step
    if (answers.filter(Asked::hold).isPresent()) script.stop();
    var taken = memory.with(found.name(), found.print().sum()).at(step);
    remember(answers.isPresent() ? taken.with(State.SAVED) : taken);
    report(Optional.empty());
    LOG.atInfo().addKeyValue("step", step).addKeyValue("name", found.name()).log("handed over");
  }

  /** From the name, from the file, or one more than before. */
  private long step(Found found) throws IOException {
    var named = watch.pattern().step(found.name());
    if (named.isPresent()) return named.get();
    if (watch.stepFile().isPresent()) {
      var told = StepFile.read(watch.directory().resolve(watch.stepFile().get()));
      if (told.isPresent()) return told.get();
    }
    return memory.step().orElse(0L) + 1;
  }

  /** An older step than what it was given, or has written: it began anew. */
  private void refuse(Found found, long step) throws IOException {
    var first = memory.trained() ? Optional.<Long>empty() : Optional.of(step);
    var why =
        "The script wrote "
            + found.name()
            + " after step "
            + memory.step().orElseThrow()
            + ": it did not go on from there. Nothing was uploaded; look at"
            + " spec.checkpoint.watch.resume.";
    remember(memory.with(found.name(), found.print().sum()));
    LOG.atWarn().log(why);
    directory.progress().replace(progress(first, Optional.of(failure(why))));
  }

  private void warn(List<Found> torn) {
    var names = torn.stream().map(Found::name).collect(Collectors.joining(", "));
    var why =
        "When the script ended this was not complete, as far as can be told, and it was not"
            + " uploaded: "
            + names
            + ". See \"When a checkpoint is complete\" in docs/trainer-contract.md.";
    complain(why);
  }

  /** Once for each request, in the log and where the agent looks for what its trainer says. */
  private void complain(String why) {
    var about = memory == null ? why : failure(why).toString();
    if (about.equals(complaint)) return;
    LOG.atWarn().log(why);
    try {
      if (memory != null) report(Optional.of(failure(why)));
      complaint = about;
    } catch (UncheckedIOException _) { // a full disk: the agent says so itself
      return;
    }
  }

  private Failure failure(String why) {
    return new Failure(memory.open().map(Asked::id), memory.step().orElse(0L), why);
  }

  private void remember(ScriptFile next) {
    directory.script().replaceDurably(next);
    memory = next;
  }

  private void report(Optional<Failure> failed) {
    directory.progress().replace(progress(Optional.empty(), failed));
  }

  private ProgressFile progress(Optional<Long> firstStep, Optional<Failure> failed) {
    return new ProgressFile(
        memory.step().orElse(0L),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        firstStep,
        memory.asked().map(Asked::id),
        Optional.empty(),
        memory.heldFor(),
        failed,
        false,
        Optional.empty(),
        Instant.now());
  }

  /** By the clock that stamps the script's files, which is behind ours by up to a tick. */
  private Instant now() throws IOException {
    directory.script().replaceDurably(memory);
    return ((FileTime) Files.getAttribute(directory.script().path(), "unix:ctime")).toInstant();
  }
}
