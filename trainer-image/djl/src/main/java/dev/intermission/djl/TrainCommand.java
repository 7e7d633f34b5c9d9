package dev.intermission.djl;

import dev.intermission.djl.learn.EvaluationPlan;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.Measure;
import dev.intermission.djl.learn.Recipe;
import dev.intermission.djl.learn.Seeds;
import dev.intermission.djl.program.TrainingProgram;
import dev.intermission.djl.settings.InvalidSettings;
import dev.intermission.djl.settings.Settings;
import dev.intermission.djl.state.LearnerCheckpoint;
import dev.intermission.sdk.LeftEarly;
import dev.intermission.sdk.Overrides;
import dev.intermission.sdk.SessionEnvironment;
import dev.intermission.sdk.SessionOptions;
import dev.intermission.sdk.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.InitializationException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The flags, and how the parts are put together. */
@Command(
    name = "djl-trainer",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Trains a program (handwritten digits unless told otherwise); can be paused at any step and"
            + " resumes bit by bit.",
    footer =
        "Each setting can also be a variable (--batch-size: TRAIN_BATCH_SIZE) or a line of the file"
            + " that --config names (batch-size: 64); a flag goes before a variable, a variable"
            + " before the file. Checkpoint cadence and directory come from the environment; see"
            + " docs/trainer-contract.md. Exit codes: 0 done or paused, 2 unusable settings, 65 a"
            + " loss or gradient that is not finite, 74 the last checkpoint is not committed, 75"
            + " another pod took over, 78 a resume that --require-exact refuses, 1 anything else.")
final class TrainCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

  private static final String DIGITS = "digits";
  private static final String JARS = "/app/programs";

  private final Map<String, String> environment;
  private final Settings settings;
  private final TrainingProgram program;
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "<file>",
      description = "YAML with settings: the flags without their dashes, and their values.")
  private Path config;

  @Option(
      names = "--program",
      defaultValue = DIGITS,
      paramLabel = "<name>",
      description = "digits, text, torchscript, or a class in one of the jars of --programs.")
  private String programName;

  @Option(
      names = "--programs",
      defaultValue = JARS,
      paramLabel = "<folder>",
      description = "Where jars with programs of your own are.")
  private Path jars;

  @Option(
      names = "--steps",
      defaultValue = "3000",
      description = "Optimizer updates until training is finished.")
  private long steps;

  @Option(
      names = "--batch-size",
      defaultValue = "64",
      description = "Examples of one forward pass.")
  private int batchSize;

  @Option(
      names = "--accumulate",
      defaultValue = "1",
      description = "Forward passes whose mean gradient makes one step.")
  private int accumulate;

  @Option(
      names = "--schedule",
      defaultValue = "cosine",
      description = "Of the learning rate after the warm-up: ${COMPLETION-CANDIDATES}.")
  private ScheduleShape schedule;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      description = "Decoupled from the gradient (AdamW); for tensors of two dimensions or more.")
  private float weightDecay;

  @Option(names = "--learning-rate", defaultValue = "0.002", description = "Peak of the schedule.")
  private float learningRate;

  @Option(
      names = "--warm-up",
      defaultValue = "100",
      description = "Steps until the peak is reached.")
  private long warmUp;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Decides weights, order and dropout.")
  private long seed;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "libtorch threads; another number gives other bits.")
  private int threads;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description =
          "auto or cpu, which are the same: weights and moments are in the host's memory.")
  private String device;

  @Option(
      names = "--report-every",
      defaultValue = "100",
      description = "Steps between two lines in the log.")
  private int reportEvery;

  @Option(
      names = "--evaluate-every",
      defaultValue = "100",
      description = "Steps between two evaluations on the validation examples.")
  private int evaluateEvery;

  @Option(
      names = "--best",
      defaultValue = "none",
      description =
          "Keep the weights of the best evaluation, by: ${COMPLETION-CANDIDATES}. A third more of"
              + " checkpoint.")
  private Measure best;

  @Option(
      names = "--patience",
      defaultValue = "0",
      description = "Evaluations without a better one that end training; 0: never.")
  private int patience;

  @Option(
      names = "--export",
      paramLabel = "<file>",
      description = "Where the best weights (without --best the last) go at the end, safetensors.")
  private Path export;

  @Option(
      names = "--tensorboard",
      paramLabel = "<folder>",
      description = "Where event files for TensorBoard go; for this training alone.")
  private Path tensorBoard;

  @Option(
      names = "--require-exact",
      description = "Refuse a resume that is not exact in bits (exit code 78).")
  private boolean requireExact;

  @Option(
      names = "--directory",
      defaultValue = "intermission",
      description = "Where checkpoints go outside Kubernetes.")
  private Path directory;

  private TrainCommand(
      Map<String, String> environment, Settings settings, TrainingProgram program) {
    this.environment = environment;
    this.settings = settings;
    this.program = program;
  }

  /** Runs the program; returns its exit code, 2 for settings that cannot be used. */
  static int execute(Map<String, String> environment, String... arguments) {
    try {
      var given = Settings.read(environment, arguments);
      var name = given.early("program").orElse(DIGITS);
      var program = new Programs(Path.of(given.early("programs").orElse(JARS))).find(name);
      var settings = given.withDefaults(name, program.defaults());
      return line(new TrainCommand(environment, settings, program)).execute(arguments);
    } catch (InvalidSettings e) {
      System.err.println(e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private static CommandLine line(TrainCommand command) {
    var line = new CommandLine(command);
    try {
      line.addMixin("program", CommandSpec.forAnnotatedObjectLenient(command.program));
    } catch (InitializationException e) { // two settings of one name, say
      throw new InvalidSettings(
          "--program %s: %s.".formatted(command.program.getClass().getName(), e.getMessage()));
    }
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setDefaultValueProvider(command.settings)
        .setParameterExceptionHandler((failure, _) -> refuse(failure, command.settings));
  }

  /** The whole usage would hide the one line that matters in a pod's log. */
  private static int refuse(ParameterException failure, Settings settings) {
    var err = failure.getCommandLine().getErr();
    var origin =
        failure.getArgSpec() instanceof OptionSpec option
            ? settings.originOfDefault(option).map(" (from %s)"::formatted).orElse("")
            : "";
    err.println(failure.getMessage() + origin);
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Nothing was started. All settings: --help");
    return ExitCode.USAGE;
  }

  @Override
  public Integer call() throws IOException {
    settings.refuseUnknown(spec.commandLine());
    LOG.info("settings: {}", settings.describe(spec.commandLine().getParseResult()));
    requireDevice();
    var session = usable(() -> SessionEnvironment.of(environment));
    var plan = usable(() -> new EvaluationPlan(evaluateEvery, best, patience));
    var options = usable(() -> options(session));
    try (var learner =
        usable(
            () ->
                Learner.create(recipe(session.overrides()), program))) { // while the agent restores
      return train(learner, new Evaluations(learner, plan), session, options);
    }
  }

  /** Of several workers one draws the curves and exports: all of them have the same. */
  private LoopOptions options(SessionEnvironment session) {
    var first = session.worker().rank() == 0;
    if (first && export != null) requireExportable();
    return new LoopOptions(
        reportEvery,
        requireExact ? LoopOptions.Inexact.REFUSED : LoopOptions.Inexact.ALLOWED,
        Optional.ofNullable(tensorBoard).filter(_ -> first),
        Optional.ofNullable(export).filter(_ -> first));
  }

  /** Better refused than trained on another device than was asked for. */
  private void requireDevice() {
    if (Set.of("auto", "cpu").contains(device.toLowerCase(Locale.ROOT))) return;
    throw new ParameterException(
        spec.commandLine(),
        "--device %s: this trainer computes on CPUs, so it knows auto and cpu; on GPUs train with the Python package (docs/guides/make-my-training-pausable.md)."
            .formatted(device));
  }

  private void requireExportable() {
    try {
      LearnerCheckpoint.requireExportable(export);
    } catch (IOException e) {
      throw new IllegalArgumentException("--export %s cannot be written: %s".formatted(export, e));
    }
  }

  /** A value that its own type refuses is as unusable as one that is no number. */
  private <T> T usable(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Recipe recipe(Overrides overrides) {
    var fixed = new Hyperparameters.Fixed(schedule, warmUp, steps, accumulate, threads);
    var settings = new Hyperparameters(learningRate, weightDecay, batchSize);
    var chosen = settings.overriddenBy(overrides);
    var made = chosen.recipe(program, fixed, Seeds.from(seed));
    if (!overrides.values().isEmpty()) {
      chosen.requireEffect(made, settings, settings.recipe(program, fixed, Seeds.from(seed)));
      LOG.info("overrides: {}", overrides.values());
    }
    return made;
  }

  private int train(
      Learner learner, Evaluations evaluations, SessionEnvironment worker, LoopOptions options)
      throws IOException {
    var state = new LearnerCheckpoint(learner, evaluations);
    try (var session =
        TrainingSession.open(
            worker,
            SessionOptions.of(directory, learner.recipe().schedule().totalSteps()),
            state)) {
      return new Training(learner, evaluations, state, session, options).run();
    } catch (LeftEarly early) {
      LOG.info(early.getMessage());
      return early.verdict().why().exitCode();
    }
  }
}
