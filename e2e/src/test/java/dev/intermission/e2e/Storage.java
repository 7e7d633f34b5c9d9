package dev.intermission.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestCodec;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cluster's MinIO: read by the tests as any S3 client would, and damaged by them when they need
 * a fault.
 */
final class Storage implements AutoCloseable {

  private static final String NAMESPACE = "minio";
  private static final String BUCKET = "checkpoints";

  /** As e2e/values.yaml tells the installation. */
  private static final String PREFIX = "intermission";

  private final Credentials.Static credentials;
  private final URI endpoint;
  private final S3ObjectStore store;

  private Storage(Credentials.Static credentials, URI endpoint, S3ObjectStore store) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.store = store;
  }

  static Storage of(KubernetesClient client) {
    var secret = client.secrets().inNamespace(NAMESPACE).withName("minio-root").require().getData();
    var credentials =
        new Credentials.Static(decoded(secret.get("user")), decoded(secret.get("password")));
    var address =
        client
            .services()
            .inNamespace(NAMESPACE)
            .withName("minio")
            .require()
            .getSpec()
            .getClusterIP();
    var endpoint = URI.create("http://" + address + ":9000");
    var location = new StorageLocation(Optional.of(endpoint), "us-east-1", BUCKET, PREFIX, true);
    var store = S3ObjectStore.open(location, credentials, ClientTuning.PATIENT);
    return new Storage(credentials, endpoint, store);
  }

  Credentials.Static credentials() {
    return credentials;
  }

  String bucket() {
    return BUCKET;
  }

  /** As this machine reaches it. */
  URI endpoint() {
    return endpoint;
  }

  String endpointInCluster() {
    return "http://minio.minio.svc:9000";
  }

  /** The job's HEAD. Fails when there is none. */
  Head head(JobKey job) {
    return new HeadObject(store, new Layout(PREFIX, job)).read().orElseThrow().head();
  }

  /** The job's newest checkpoint, as HEAD names it. Fails when there is none. */
  Committed committed(JobKey job) {
    var ref = head(job).manifest().orElseThrow();
    var manifest = manifest(job, ref.name());
    var digests =
        manifest.parts().stream().map(part -> part.declared().path("digests")).distinct().toList();
    assertThat(digests).as("digests of all ranks, which train the same").hasSize(1);
    return new Committed(
        job,
        ref.step(),
        ref.name(),
        ref.sha256(),
        manifest.finished(),
        manifest.worldSize(),
        digests.getFirst());
  }

  /** Where the job's checkpoints lie, as its status shows it. */
  String address(JobKey job) {
    return "s3://" + BUCKET + "/" + new Layout(PREFIX, job).root().replaceAll("/$", "");
  }

  /** Where those of all jobs of this namespace lie. */
  String address(String namespace) {
    return "s3://" + BUCKET + "/" + PREFIX + "/" + namespace;
  }

  /** Keys of everything that the job has in the store. */
  List<String> objects(JobKey job) {
    return store.list(new Layout(PREFIX, job).root()).map(ListedObject::key).toList();
  }

  /** HEAD, manifests, parts and whatever else people read, as one text; the bulk is left out. */
  String records(JobKey job) {
    var layout = new Layout(PREFIX, job);
    return store
        .list(layout.root())
        .map(ListedObject::key)
        .filter(key -> !key.startsWith(layout.chunks()))
        .map(key -> new String(store.read(key).orElseThrow().bytes(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("\n"));
  }

  /** Of all jobs of this namespace. */
  List<String> objects(String namespace) {
    return store.list(PREFIX + "/" + namespace + "/").map(ListedObject::key).toList();
  }

  /**
   * Turns one byte of a chunk that only this checkpoint has, as a failing disk would. Chunks whose
   * bytes never change are shared with its parents: damage to one of those leaves nothing to fall
   * back to.
   */
  void damage(Committed checkpoint) {
    var itsOwn =
        "-" + checkpoint.step() + "-"; // a chunk's key names the step that it was first saved for
    var chunk =
        manifest(checkpoint.job(), checkpoint.manifestName())
            .chunks()
            .filter(ref -> ref.key().contains(itsOwn))
            .findFirst()
            .orElseThrow();
    var key = new Layout(PREFIX, checkpoint.job()).chunks() + chunk.key();
    var good = store.read(key).orElseThrow();
    var bad = good.bytes().clone();
    bad[bad.length / 2] ^= 1;
    assertThat(store.swap(key, new SwapCondition.IfMatch(good.etag()), bad))
        .isInstanceOf(SwapOutcome.Swapped.class);
  }

  /** The files of a checkpoint of one worker, as its trainer finds them. */
  void restore(Committed checkpoint, Path directory) {
    new CheckpointReader(
            store, new Layout(PREFIX, checkpoint.job()), RetryBudget.QUICK, Clock.systemUTC())
        .restore(ref(checkpoint), 0, directory);
  }

  /** What reading every byte of a checkpoint comes to. */
  Verification readInFull(Committed checkpoint) {
    var layout = new Layout(PREFIX, checkpoint.job());
    return new Verifier(store, layout, RetryBudget.QUICK, Clock.systemUTC())
        .verify(ref(checkpoint), Mode.READ, Optional.empty());
  }

  private static ManifestRef ref(Committed checkpoint) {
    return new ManifestRef(
        checkpoint.manifestName(), checkpoint.manifestSha256(), checkpoint.step());
  }

  @Override
  public void close() {
    store.close();
  }

  private Manifest manifest(JobKey job, String name) {
    var bytes = store.read(new Layout(PREFIX, job).manifest(name)).orElseThrow().bytes();
    return ManifestCodec.decode(name, bytes);
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
