package dev.intermission.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.S3Spec;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.storage.Access;
import dev.intermission.operator.storage.AccessRules;
import dev.intermission.operator.storage.Source;
import dev.intermission.operator.testing.ApiServerTest;
import dev.intermission.operator.testing.TestingCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose checkpoints a {@code spec.resumeFrom} may mean. */
@ApiServerTest
class SourcesTest {
  private static final String MANIFEST = "%020d-1-2-%s.json".formatted(5, "ab".repeat(8));

  private final AccessRules rules =
      new AccessRules(
          new StorageDefaults(
              Optional.empty(),
              "us-east-1",
              Optional.of("checkpoints"),
              "intermission",
              true,
              StorageDefaults.Entry.DEFAULT),
          Optional.empty());
  private final TestingCluster cluster;
  private final KubernetesClient client;
  private final TrainingJob job;

  SourcesTest(TestingCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    job = cluster.createJob(cluster.namespace(), "digits");
  }

  @Test
  void aStepAloneIsOneOfTheJobsOwn() {
    assertThat(of(new ResumeFrom(Optional.of(5L), Optional.empty(), Optional.empty())))
        .isEqualTo(new Source.Own(Optional.empty()));
  }

  @Test
  void anotherJobOfTheNamespaceIsFoundByItsUid() {
    var other = cluster.createJob(namespace(), "other");

    var found = (Source.Other) of(forkOf("other"));
    assertThat(found.layout().root())
        .isEqualTo(
            "intermission/%s/other/%s/".formatted(namespace(), other.getMetadata().getUid()));
  }

  @Test
  void aJobOfAnotherNamespaceIsNotSeenAndTheRemedyIsItsAddress() {
    cluster.createJob(cluster.namespace(), "elsewhere");

    var why = ((Source.Refused) of(forkOf("elsewhere"))).why();
    assertThat(why.reason()).isEqualTo("NoSuchJob");
    assertThat(why.message()).contains("no TrainingJob elsewhere", "spec.resumeFrom.uri");
  }

  @Test
  void aJobIsNoForkOfItself() {
    assertThat(((Source.Refused) of(forkOf("digits"))).why().reason()).isEqualTo("JobIsItself");
  }

  @Test
  void anAddressBelowTheOwnNamespaceIsReadWithTheInstallationsCredentials() {
    var found = (Source.Other) of(importOf(namespace(), "gone/uid-0/manifests/" + MANIFEST));

    assertThat(found.manifest()).contains(MANIFEST);
    assertThat(found.access().credential()).isEqualTo(new Access.Credential.Installation());
  }

  @Test
  void anAddressOfAnotherNamespaceNeedsCredentialsOfTheJobsOwn() {
    var why = ((Source.Refused) of(importOf("other-team", "a/u/manifests/" + MANIFEST))).why();

    assertThat(why.reason()).isEqualTo("CredentialsNotNamed");
    assertThat(why.message())
        .contains("spec.resumeFrom.uri", "spec.checkpoint.storage.s3.credentialsSecret");
  }

  @Test
  void theJobsOwnAddressIsNotCopied() {
    var uid = job.getMetadata().getUid();

    assertThat(of(importOf(namespace(), "digits/" + uid + "/manifests/" + MANIFEST)))
        .isEqualTo(new Source.Own(Optional.of(MANIFEST)));
  }

  @Test
  void anAddressThatIsNoManifestsIsRefusedWithWhatOneLooksLike() {
    for (var text : new String[] {"a/u/manifests/latest.json", "a/u/weights.json", "../u/m.json"}) {
      var why = ((Source.Refused) of(importOf(namespace(), text))).why();

      assertThat(why.reason()).as(text).isEqualTo("AddressInvalid");
      assertThat(why.message()).startsWith("spec.resumeFrom.uri: ");
    }
  }

  private Source of(ResumeFrom from) {
    var own = (Access.Granted) rules.resolve(namespace(), S3Spec.DEFAULT);
    return new Sources(client, rules).of(job, from, own);
  }

  private static ResumeFrom forkOf(String name) {
    return new ResumeFrom(Optional.empty(), Optional.of(name), Optional.empty());
  }

  private static ResumeFrom importOf(String namespace, String rest) {
    return new ResumeFrom(
        Optional.empty(),
        Optional.empty(),
        Optional.of("s3://checkpoints/intermission/" + namespace + "/" + rest));
  }

  private String namespace() {
    return job.getMetadata().getNamespace();
  }
}
