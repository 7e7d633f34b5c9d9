package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ApiServerTest
class ValidationApiTest {

  /** A spec that is refused, and what kubectl then says. */
  record Refused(String spec, String... says) {
    @Override
    public String toString() {
      return spec + " -> " + String.join(" ... ", says);
    }
  }

  static Stream<Refused> refused() {
    return Stream.of(
        new Refused(
            "{workers: 0}",
            "spec.workers",
            "must be at least 1; to stop the workers and keep their work set spec.paused"),
        new Refused(
            "{workers: 2}",
            "spec.checkpoint.every",
            "is required when workers is more than 1",
            "checkpoint.every.steps"),
        new Refused(
            "{checkpoint: {keep: {last: 1}}}",
            "spec.checkpoint.keep.last",
            "must be at least 2, so that one checkpoint is left"),
        new Refused(
            "{checkpoint: {keep: {everySteps: 0}}}",
            "spec.checkpoint.keep.everySteps",
            "greater than or equal to 1"),
        new Refused(
            "{checkpoint: {every: {}}}",
            "spec.checkpoint.every",
            "set exactly one of steps and interval"),
        new Refused(
            "{checkpoint: {every: {steps: 5, interval: 5m}}}",
            "set exactly one of steps and interval"),
        new Refused(
            "{checkpoint: {every: {steps: 0}}}",
            "spec.checkpoint.every.steps",
            "greater than or equal to 1"),
        new Refused(
            "{checkpoint: {every: {interval: soon}}}",
            "spec.checkpoint.every.interval",
            "such as 90s, 10m or 1h30m"),
        new Refused("{pause: {timeout: 0s}}", "spec.pause.timeout", "must be more than zero"),
        new Refused("{pause: {signal: SIGTERM}}", "spec.pause.signal", "needs checkpoint.watch"),
        new Refused(
            "{pause: {signal: SIGKILL}, checkpoint: {watch: {directory: /out, pattern: last.pt}}}",
            "spec.pause.signal",
            "\"SIGTERM\""),
        new Refused(
            "{workers: 2, checkpoint: {every: {steps: 5}, watch: {directory: /out, pattern:"
                + " last.pt}}}",
            "spec.checkpoint.watch",
            "is for one worker only"),
        new Refused("{checkpoint: {watch: {directory: /out}}}", "watch.pattern", "Required"),
        new Refused(
            "{checkpoint: {watch: {directory: out, pattern: last.pt}}}",
            "spec.checkpoint.watch.directory",
            "must be an absolute path"),
        new Refused(
            "{checkpoint: {watch: {directory: /out/../etc, pattern: last.pt}}}",
            "spec.checkpoint.watch.directory",
            "without . and .."),
        new Refused(
            "{checkpoint: {watch: {directory: /out, pattern: a/last.pt}}}",
            "spec.checkpoint.watch.pattern",
            "must be one name"),
        new Refused(
            "{checkpoint: {watch: {directory: /out, pattern: '{step}-{step}'}}}",
            "spec.checkpoint.watch.pattern",
            "{step} at most once"),
        new Refused(
            "{checkpoint: {watch: {directory: /out, pattern: last.pt, marker: a/b}}}",
            "spec.checkpoint.watch.marker",
            "without a slash"),
        new Refused(
            "{checkpoint: {watch: {directory: /out, pattern: last.pt, resume: {arguments:"
                + " [--resume]}}}}",
            "spec.checkpoint.watch.resume.arguments",
            "must have {path}"),
        new Refused(
            "{checkpoint: {watch: {directory: /out, pattern: last.pt, resume: {environment:"
                + " INTERMISSION_RUN}}}}",
            "spec.checkpoint.watch.resume.environment",
            "not one of INTERMISSION_"),
        new Refused("{pause: {timeout: 10}}", "spec.pause.timeout", "must be of type string"),
        new Refused("{pause: {timeout: ''}}", "spec.pause.timeout", "such as 90s"),
        new Refused("{pause: {timeout: -5m}}", "spec.pause.timeout", "such as 90s"),
        new Refused(
            "{pause: {onFailure: Explode}}",
            "spec.pause.onFailure",
            "\"KeepRunning\", \"UseLatest\""),
        new Refused(
            "{pause: {release: false, checkpoint: Latest}}",
            "spec.pause.release",
            "false needs checkpoint: Fresh"),
        new Refused("{pause: {release: 'no'}}", "spec.pause.release", "must be of type boolean"),
        new Refused("{pause: {holdLimit: 0s}}", "spec.pause.holdLimit", "must be more than zero"),
        new Refused("{restarts: {backoff: 1 minute}}", "spec.restarts.backoff", "such as 90s"),
        new Refused("{restarts: {limit: -1}}", "spec.restarts.limit", "greater than or equal to 0"),
        new Refused("{overrides: {'1rate': '3'}}", "spec.overrides", "begins with a letter or _"),
        new Refused("{overrides: {rate: 0.1}}", "spec.overrides.rate", "must be of type string"),
        new Refused(
            "{overrides: {rate: '" + "9".repeat(1025) + "'}}", "spec.overrides.rate", "Too long"),
        new Refused(
            "{resumeFrom: {}}",
            "spec.resumeFrom",
            "set step (a rollback), or job and perhaps step (a fork), or uri (an import)"),
        new Refused(
            "{resumeFrom: {step: 5, uri: 's3://b/k.json'}}", "spec.resumeFrom", "uri (an import)"),
        new Refused(
            "{resumeFrom: {job: other, uri: 's3://b/k.json'}}",
            "spec.resumeFrom",
            "uri (an import)"),
        new Refused(
            "{resumeFrom: {uri: 'https://b/k.json'}}",
            "spec.resumeFrom.uri",
            "must be the s3:// address of a manifest"),
        new Refused(
            "{checkpoint: {volume: {medium: Memory}}}",
            "spec.checkpoint.volume.sizeLimit",
            "is required with medium: Memory"),
        new Refused(
            "{checkpoint: {volume: {sizeLimit: lots}}}",
            "spec.checkpoint.volume.sizeLimit",
            "such as 512Mi or 2Gi"),
        new Refused(
            "{checkpoint: {volume: {sizeLimit: 0}}}",
            "spec.checkpoint.volume.sizeLimit",
            "of more than zero"),
        new Refused(
            "{checkpoint: {storage: {s3: {bucket: My_Bucket}}}}",
            "spec.checkpoint.storage.s3.bucket",
            "must be a bucket's name"),
        new Refused(
            "{checkpoint: {storage: {s3: {prefix: /teams/}}}}",
            "spec.checkpoint.storage.s3.prefix",
            "must not start or end with"),
        new Refused(
            "{checkpoint: {storage: {s3: {encryption: {type: SSE-S3, kmsKeyId: k}}}}}",
            "spec.checkpoint.storage.s3.encryption.kmsKeyId",
            "set type to SSE-KMS"),
        new Refused(
            "{checkpoint: {storage: {s3: {encryption: {kmsKeyId: k}}}}}",
            "spec.checkpoint.storage.s3.encryption.type",
            "Required value"),
        new Refused(
            "{checkpoint: {storage: {s3: {encryption: {type: AES256}}}}}",
            "\"SSE-KMS\", \"SSE-S3\""),
        new Refused(
            "{checkpoint: {storage: {s3: {caBundle: {configMap: a, secret: b}}}}}",
            "spec.checkpoint.storage.s3.caBundle",
            "set exactly one of configMap and secret"),
        new Refused(
            "{checkpoint: {storage: {s3: {caBundle: {key: ca.crt}}}}}",
            "set exactly one of configMap and secret"),
        new Refused(
            "{checkpoint: {storage: {s3: {endpoint: 'minio:9000'}}}}",
            "spec.checkpoint.storage.s3.endpoint",
            "http:// or https://"),
        new Refused(
            "{template: {spec: {containers: [{name: main}]}}}",
            "spec.template.spec.containers",
            "needs a container named trainer"),
        new Refused(
            "{template: {spec: {containers: []}}}",
            "spec.template.spec.containers",
            "needs a container named trainer"),
        new Refused(
            "{template: {spec: {containers: [{name: trainer}, {name: trainer}]}}}",
            "Duplicate value",
            "trainer"),
        new Refused(
            "{template: {spec: {containers: [{name: trainer}, {name: agent}]}}}",
            "the name agent is taken",
            "rename yours"),
        new Refused(
            "{template: {spec: {initContainers: [{name: agent}]}}}",
            "spec.template.spec.initContainers",
            "agent and trainer are taken"),
        new Refused(
            "{template: {spec: {containers: [{name: trainer}, {name: x}], initContainers: [{name:"
                + " x}]}}}",
            "rename one of them"),
        new Refused(
            "{template: {spec: {volumes: [{name: intermission}]}}}",
            "spec.template.spec.volumes",
            "spec.checkpoint.volume"),
        new Refused(
            "{template: {spec: {restartPolicy: OnFailure}}}",
            "spec.template.spec.restartPolicy",
            "may only be Never or left out"),
        new Refused(
            "{template: {spec: {shareProcessNamespace: true}}}",
            "spec.template.spec.shareProcessNamespace",
            "may not be true"),
        new Refused(
            "{template: {spec: {subdomain: mine}}}",
            "spec.template.spec.subdomain",
            "must be left out"),
        new Refused(
            "{template: {spec: {containers: [{name: trainer, lifecycle: {preStop: {exec: {command:"
                + " [x]}}}}]}}}",
            "lifecycle.preStop of the trainer must be left out"),
        new Refused(
            "{template: {spec: {containers: [{name: trainer, restartPolicy: Always}]}}}",
            "restartPolicy and restartPolicyRules of a container must be left out"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Refused row, TestingApiServer api) {
    var output =
        api.kubectl(JobYaml.with(row.spec()), "apply", "--namespace", api.namespace(), "-f", "-");

    assertThat(output.code()).as(output.text()).isNotZero();
    assertThat(output.text()).contains(row.says());
  }

  @ParameterizedTest
  @MethodSource
  void accepted(String spec, TestingApiServer api) {
    var output =
        api.kubectl(JobYaml.with(spec), "apply", "--namespace", api.namespace(), "-f", "-");

    assertThat(output.code()).as(output.text()).isZero();
  }

  static List<String> accepted() {
    return List.of(
        "{}",
        "{workers: 8, checkpoint: {every: {interval: 1h30m}}}",
        "{checkpoint: {every: {steps: 1}}, pause: {timeout: 1500ms}}",
        "{checkpoint: {keep: {last: 2, everySteps: 10000}, onDelete: Purge}}",
        "{pause: {release: false}}",
        "{pause: {release: false, checkpoint: Fresh, holdLimit: 8h}}",
        "{pause: {release: true, checkpoint: Latest, holdLimit: 1s}}",
        "{resumeFrom: {step: 0}}",
        "{overrides: {learningRate: '0.001', optimizer.beta_2: '0.99', note: ''}}",
        "{resumeFrom: {job: other}}",
        "{resumeFrom: {job: other, step: 1200}}",
        "{resumeFrom: {uri:"
            + " 's3://bucket/p/ns/other/uid/manifests/00000000000000001200-3-1-0123456789abcdef.json'}}",
        "{checkpoint: {volume: {medium: Memory, sizeLimit: 2Gi}}}",
        "{checkpoint: {volume: {sizeLimit: 1073741824}}}",
        "{checkpoint: {storage: {s3: {bucket: b.c-d, prefix: teams/vision, endpoint:"
            + " 'http://10.0.0.1:9000', pathStyle: true}}}}",
        "{template: {metadata: {creationTimestamp: null, labels: {a: b}}}}",
        "{template: {spec: {restartPolicy: Never, shareProcessNamespace: false, initContainers:"
            + " [{name: x, restartPolicy: Always}]}}}",
        "{template: {spec: {containers: [{name: trainer, lifecycle: {postStart: {exec: {command:"
            + " [x]}}}}]}}}",
        "{template: {spec: {containers: [{name: trainer}, {name: helper, lifecycle: {preStop:"
            + " {exec: {command: [x]}}}}]}}}");
  }

  @ParameterizedTest
  @MethodSource
  void namesFromWhichNoServiceCanBeNamedAreRefused(String name, TestingApiServer api) {
    var output =
        api.kubectl(JobYaml.named(name), "apply", "--namespace", api.namespace(), "-f", "-");

    assertThat(output.code()).isNotZero();
    assertThat(output.text()).contains("metadata.name must be at most 40", "choose another name");
  }

  static List<String> namesFromWhichNoServiceCanBeNamedAreRefused() {
    return List.of("a".repeat(41), "3d-unet", "net.v2");
  }

  @Test
  void longestNameIsAccepted(TestingApiServer api) {
    api.kubectl(JobYaml.named("a".repeat(40)), "apply", "--namespace", api.namespace(), "-f", "-")
        .orThrow();
  }

  @Test
  void unknownFieldIsRefusedByName(TestingApiServer api) {
    var output =
        api.kubectl(
            JobYaml.with("{pasued: true, checkpoint: {evry: {steps: 5}}}"),
            "apply",
            "--namespace",
            api.namespace(),
            "-f",
            "-");

    assertThat(output.code()).isNotZero();
    assertThat(output.text())
        .contains("unknown field \"spec.pasued\"", "unknown field \"spec.checkpoint.evry\"");
  }
}
