package dev.intermission.agent.end2end;

import static dev.intermission.agent.end2end.TestingJob.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.TestingMinio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent sends while a trainer still writes. */
final class EarlyUploadTest {

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

  @Test
  void aFileThatIsDoneIsInTheStoreBeforeItsStepIsComplete() throws IOException {
    job.seal(1);
    var pod = job.pod(1, "pod-1");
    job.start(pod);
    var folders = pod.directory().checkpoints();
    var unfinished = Files.createDirectories(folders.root().resolve("8.tmp"));
    Files.writeString(unfinished.resolve("first"), "done early".repeat(30_000)); // shares no chunk
    eventually("sent early", () -> job.chunks().size() == 1);
    assertThat(job.head().manifest()).isEmpty();

    Files.writeString(unfinished.resolve("second"), "done last");
    Files.move(unfinished, folders.folder(8), StandardCopyOption.ATOMIC_MOVE);

    eventually("committed", () -> job.head().step() == 8);
    assertThat(job.newest().parts().getFirst().files())
        .extracting(file -> file.path())
        .containsExactly("first", "second");
    assertThat(job.chunks()).hasSize(2); // the early one was not sent again under another name
  }
}
