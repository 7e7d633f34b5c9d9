package dev.intermission.checkpoint.damage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.failure.StoreException.Damaged;
import dev.intermission.checkpoint.failure.StoreException.FormatTooNew;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.retention.Retention;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.testing.TestingMinio;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** HEAD is overwritten in a real store: nobody writes it, deletes anything, or begins at zero. */
class HeadDamageTest {

  private static final String NEWER = "\"formatVersion\":2";

  /** What HEAD becomes, and what is said about it. */
  record Case(
      String name,
      UnaryOperator<String> change,
      Class<? extends StoreException> failure,
      String says) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> heads() {
    return Stream.of(
        new Case("empty", _ -> "", Damaged.class, "formatVersion is missing"),
        new Case("not JSON", _ -> "<html>503</html>", Damaged.class, "not a HEAD"),
        new Case("another JSON", _ -> "[1,2]", Damaged.class, "formatVersion is missing"),
        new Case("nothing but null", _ -> "null", Damaged.class, "formatVersion is missing"),
        new Case("cut off", h -> h.substring(0, h.length() / 2), Damaged.class, "not a HEAD"),
        new Case("two in one", h -> h + h, Damaged.class, "not a HEAD"),
        new Case("zeros", h -> "\0".repeat(h.length()), Damaged.class, "not a HEAD"),
        new Case("huge", h -> h + " ".repeat(5 << 20), Damaged.class, "at most 65536"),
        new Case("a field twice", h -> h.replace("{", "{\"run\":9,"), Damaged.class, "uplicate"),
        new Case("no version", h -> h.replace("formatVersion", "x"), Damaged.class, "is missing"),
        new Case("version 0", h -> version(h, "0"), Damaged.class, "is missing"),
        new Case("a version in words", h -> version(h, "\"1\""), Damaged.class, "is missing"),
        new Case("a pointer that is a number", h -> pointer(h, "7"), Damaged.class, "not a text"),
        new Case("a pointer that is null", h -> pointer(h, "null"), Damaged.class, "not a text"),
        new Case("a pointer out of its folder", h -> pointer(h, "\"../x\""), Damaged.class, "name"),
        new Case("no sum", h -> h.replace("sha256", "x"), Damaged.class, "SHA-256"),
        new Case("no pointer", h -> h.replace("\"manifest\"", "\"x\""), Damaged.class, "name"),
        new Case("a run below zero", h -> h.replace("\"run\":", "\"run\":-"), Damaged.class, "run"),
        new Case("of the next format", h -> version(h, "2"), FormatTooNew.class, "knows version 2"),
        new Case(
            "of a format far away",
            h -> version(h, "18446744073709551617"), // 1 in the low 64 bits
            FormatTooNew.class,
            "knows version 18446744073709551617"));
  }

  @TempDir Path folder;
  private S3ObjectStore store;
  private DamagedJob job;
  private HeadSnapshot whole;
  private long keys;

  @BeforeEach
  void twoCheckpoints() {
    store = TestingMinio.open();
    job = new DamagedJob(store, folder);
    job.begin();
    job.save(10);
    job.save(20);
    whole = job.head().orElseThrow();
    keys = keys();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @MethodSource("heads")
  void isNamedAndNobodyWritesOrDeletes(Case damage) {
    var bytes = damage.change().apply(new String(job.bytes(job.layout().head()), UTF_8));
    job.overwrite(job.layout().head(), bytes.getBytes(UTF_8));

    refuses(damage, job::head);
    refuses(damage, job::claim);
    refuses(damage, () -> job.save(30));
    refuses(damage, () -> job.seal().seal(Optional.of(whole), 2, Optional.empty()));
    refuses(damage, this::sweep);

    assertThat(new String(job.bytes(job.layout().head()), UTF_8)).isEqualTo(bytes);
    assertThat(keys()).as("only the chunks and the manifest of 30 came").isEqualTo(keys + 2);
  }

  @Test
  void aNewerFormatSaysWhichVersionIsNeededAndThatNothingIsWritten() {
    var newer = new String(job.bytes(job.layout().head()), UTF_8);
    job.overwrite(job.layout().head(), newer.replace("\"formatVersion\":1", NEWER).getBytes(UTF_8));
    assertThatThrownBy(job::head)
        .hasMessageContaining(job.layout().head() + " has format version 2")
        .hasMessageContaining("nothing is written")
        .hasMessageContaining("Upgrade Intermission to one that knows version 2");
  }

  @Test
  void aMessageAboutAHeadFullOfRubbishIsShortAndOnOneLine() {
    job.overwrite(
        job.layout().head(),
        pointer(
                new String(job.bytes(job.layout().head()), UTF_8),
                "\"" + "y\\n".repeat(9000) + "\"")
            .getBytes(UTF_8));
    assertThatThrownBy(job::head)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700).doesNotContain("\n"));
  }

  private void sweep() {
    var later = Clock.offset(Clock.systemUTC(), Duration.ofDays(365));
    new Retention(store, job.layout(), Duration.ofHours(1), later, Set::of).sweep(new KeepRule(2));
  }

  private static void refuses(Case damage, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(damage.failure())
        .hasMessageContaining("/HEAD")
        .hasMessageContaining(damage.says())
        .hasMessageContaining("Nothing was changed");
  }

  private long keys() {
    try (var listed = store.list(job.layout().root())) {
      return listed.count();
    }
  }

  private static String version(String head, String version) {
    return head.replace("\"formatVersion\":1", "\"formatVersion\":" + version);
  }

  private static String pointer(String head, String to) {
    return head.replaceFirst(
        "\"manifest\":\"[^\"]*\"", java.util.regex.Matcher.quoteReplacement("\"manifest\":" + to));
  }
}
