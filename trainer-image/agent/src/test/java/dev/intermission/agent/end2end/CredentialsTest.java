package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.intermission.agent.TestingMinio;
import dev.intermission.agent.TestingOperator;
import dev.intermission.agent.TestingTrainer.Plan;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.Problem;
import dev.intermission.control.RequestFacts;
import dev.intermission.control.SaveState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Credentials as the kubelet mounts them: renewed under a running agent, and seen nowhere else. */
final class CredentialsTest {

  private static final Plan ENDLESS = new Plan(100_000, 20, Duration.ofMillis(5), 100_000);
  private static final Map<String, String> WRONG =
      Map.of("AWS_ACCESS_KEY_ID", "minioadmin", "AWS_SECRET_ACCESS_KEY", "out-of-date");

  @TempDir Path root;
  private TestingMinio minio;
  private TestingJob job;
  private Path mount;
  private int generation;

  @BeforeEach
  void startMinio() throws IOException {
    minio = TestingMinio.in(root.resolve("data"));
    job = new TestingJob(minio, root);
    job.seal(1);
    mount = Files.createDirectory(root.resolve("credentials"));
  }

  @AfterEach
  void stopMinio() {
    job.close();
    minio.close();
  }

  @Test
  void keysThatAreRotatedReachARunningAgent() throws IOException {
    rotate(minio.temporaryKeys());
    var pod = pod();
    var operator = job.operator(job.start(pod), pod);
    var trainer = job.train(pod, ENDLESS);
    eventually("a save is durable", () -> job.head().step() >= 20);

    rotate(WRONG);
    eventually("it says that it is kept out", () -> reason(operator).equals("AccessDenied"));
    var before = job.head().step();
    rotate(minio.temporaryKeys());

    eventually("saves are durable again", () -> job.head().step() > before);
    eventually("nothing is wrong any more", () -> operator.status().problem().isEmpty());
    trainer.kill();
  }

  @Test
  void aSecretThatComesLaterIsWaitedFor() throws IOException {
    var pod = pod();
    var operator = job.operator(job.start(pod), pod);

    eventually("it names what is missing", () -> reason(operator).equals("CredentialsMissing"));
    rotate(minio.temporaryKeys());

    eventually(
        "it starts",
        () -> pod.directory().agent().read().filter(a -> a.isRestoreOver()).isPresent());
  }

  @Test
  void noSecretStandsInALogAnAnswerOrAnObject() throws IOException {
    var keys = minio.temporaryKeys();
    rotate(keys);
    var log = new EveryLine();
    var logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    var level = logger.getLevel();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.TRACE);
    try {
      var pod = pod();
      var operator = job.operator(job.start(pod), pod);
      var trainer = job.train(pod, ENDLESS);
      eventually("a save is durable", () -> job.head().step() >= 20);
      operator.save(7, true);
      operator.awaitState(7, SaveState.HELD);
      rotate(WRONG);
      operator.letGo(7); // raises HEAD's seq, and is kept out: an error with all its causes
      eventually("it says that it is kept out", () -> reason(operator).equals("AccessDenied"));
      trainer.kill();

      var secrets = List.of(keys.get("AWS_SECRET_ACCESS_KEY"), keys.get("AWS_SESSION_TOKEN"));
      assertThat(log.lines).isNotEmpty();
      assertThat(log.lines).noneMatch(line -> secrets.stream().anyMatch(line::contains));
      assertThat(answers(operator)).noneMatch(text -> secrets.stream().anyMatch(text::contains));
      assertThat(objects()).noneMatch(text -> secrets.stream().anyMatch(text::contains));
      assertThat(objects()).hasSizeGreaterThan(3);
    } finally {
      logger.setLevel(level);
      logger.detachAppender(log);
    }
  }

  private TestingJob.Pod pod() {
    var pod = job.pod(1, "pod-1");
    pod.environment()
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .with("INTERMISSION_S3_CREDENTIALS_DIR", mount.toString());
    return pod;
  }

  /** All files at once, by turning one link, as the kubelet does. */
  private void rotate(Map<String, String> keys) throws IOException {
    var now = Files.createDirectory(mount.resolve("..generation-" + generation++));
    for (var key : keys.entrySet()) Files.writeString(now.resolve(key.getKey()), key.getValue());
    var link = Files.createSymbolicLink(mount.resolve("..data_tmp"), now.getFileName());
    Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String reason(TestingOperator operator) {
    return operator.status().problem().map(Problem::reason).orElse("");
  }

  private static List<String> answers(TestingOperator operator) {
    return List.of(
        operator.status().toString(),
        operator.look(7).toString(),
        new String(
            operator.send(RequestFacts.get(AgentPaths.METRICS, 0), Map.of()).body(),
            StandardCharsets.UTF_8));
  }

  private List<String> objects() {
    try (var s3 = minio.client()) {
      return s3
          .listObjectsV2Paginator(request -> request.bucket(TestingMinio.BUCKET))
          .contents()
          .stream()
          .map(
              object ->
                  object.key()
                      + s3.getObjectAsBytes(
                              request -> request.bucket(TestingMinio.BUCKET).key(object.key()))
                          .asString(StandardCharsets.ISO_8859_1))
          .toList();
    }
  }

  private static final class EveryLine extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      var trace =
          event.getThrowableProxy() == null
              ? ""
              : ThrowableProxyUtil.asString(event.getThrowableProxy());
      lines.add(event.getFormattedMessage() + event.getKeyValuePairs() + trace);
    }
  }
}
