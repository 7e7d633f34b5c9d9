package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every mistake is answered within ten seconds by a message that names the field and the remedy;
 * mending the field is enough.
 */
@EndToEnd
final class BadInputE2E {

  @TempDir java.nio.file.Path directory;

  @Test
  void jobWithoutAContainerNamedTrainerIsRefused(TestBed bed, Team team) throws IOException {
    assertThat(apply(bed, team, JobManifest.digits("digits").renameTrainer("main")))
        .contains("spec.template", "named trainer");
  }

  @Test
  void zeroWorkersAreRefused(TestBed bed, Team team) throws IOException {
    assertThat(apply(bed, team, JobManifest.digits("digits").with("spec.workers", 0)))
        .contains("spec.workers");
  }

  @Test
  void unknownFieldIsRefusedByName(TestBed bed, Team team) throws IOException {
    assertThat(apply(bed, team, JobManifest.digits("digits").with("spec.pausd", true)))
        .contains("unknown field", "spec.pausd");
  }

  @Test
  void imageThatCannotBePulledIsNamedAndTheJobStartsOnceItIsMended(Team team, Expectations expect) {
    var job =
        team.create(
            JobManifest.digits("digits").trainerImage("localhost/intermission/no-such-image:dev"));

    expect.refused(
        team, job, "Ready", "ImagePullFailed", "spec.template.spec.containers[name=trainer].image");
    job.patch(templatePatch("\"image\":\"localhost/intermission/trainer:dev\""));

    expect.undisturbedResult(team, job);
    expect.beganAtZero(job);
  }

  @Test
  void templateThatTheApiServerRefusesIsNamedAndTheJobStartsOnceItIsMended(
      Team team, Expectations expect) throws IOException {
    var tooMuch =
        new ObjectMapper().readTree("{\"requests\":{\"cpu\":\"2\"},\"limits\":{\"cpu\":\"1\"}}");
    var job = team.create(JobManifest.digits("digits").trainer("resources", tooMuch));

    expect.refused(team, job, "Ready", "TemplateRefused", "spec.template.spec.containers");
    job.patch(templatePatch("\"image\":\"localhost/intermission/trainer:dev\""));

    expect.undisturbedResult(team, job);
    expect.beganAtZero(job);
  }

  /**
   * A merge patch replaces lists whole: the mended container, with the arguments that the tests'
   * job has.
   */
  private static String templatePatch(String field) {
    return "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"trainer\","
        + field
        + ",\"args\":[\"--steps\",\""
        + JobManifest.STEPS
        + "\"]}]}}}}";
  }

  /**
   * {@code kubectl apply -f}, as a newcomer types it; returns what it says, which must not be
   * success.
   */
  private String apply(TestBed bed, Team team, JobManifest manifest) throws IOException {
    var file = Files.writeString(directory.resolve("job.json"), manifest.json());
    var result = bed.kubectl("-n", team.namespace(), "apply", "-f", file.toString());
    assertThat(result.exit()).as(result.output()).isNotZero();
    return result.output();
  }
}
