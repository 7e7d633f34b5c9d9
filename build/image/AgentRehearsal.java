import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** The agent claims a new run, finds nothing to restore, uploads one small checkpoint, commits it, and turns a badly signed request away. */
final class AgentRehearsal implements Rehearsal {

  @Override
  public Stage prepare() throws IOException {
    var folder = Files.createTempDirectory("rehearsal");
    Files.createDirectory(folder.resolve("shared"));
    var keys = Files.createDirectory(folder.resolve("keys")); // as the kubelet mounts a Secret
    for (var key : new String[] {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) Files.writeString(keys.resolve(key), "rehearsal");
    return new FirstRun(new StandInStore(), folder, Waiting.freePort());
  }

  private record FirstRun(StandInStore store, Path folder, int port) implements Stage {

    private static final String HEAD = "checkpoints/rehearsal/team/job/uid/HEAD";

    @Override
    public Map<String, String> environment() {
      store.put(HEAD, "{\"formatVersion\":1,\"run\":1,\"writerEpoch\":1,\"seq\":0}".getBytes());
      var environment = new TreeMap<String, String>();
      environment.put("INTERMISSION_JOB_NAMESPACE", "team");
      environment.put("INTERMISSION_JOB_NAME", "job");
      environment.put("INTERMISSION_JOB_UID", "uid");
      environment.put("INTERMISSION_RUN", "1");
      environment.put("INTERMISSION_RANK", "0");
      environment.put("INTERMISSION_WORLD_SIZE", "1");
      environment.put("INTERMISSION_POD_UID", "pod");
      environment.put("INTERMISSION_PUBLIC_KEYS", "rehearsal=" + publicKey());
      environment.put("INTERMISSION_DRAIN_TOKEN", "rehearsal");
      environment.put("INTERMISSION_HOLD_LEASE_SECONDS", "60");
      environment.put("INTERMISSION_GRACE_SECONDS", "30");
      environment.put("INTERMISSION_S3_ENDPOINT", store.endpoint());
      environment.put("INTERMISSION_S3_REGION", "us-east-1");
      environment.put("INTERMISSION_S3_BUCKET", "checkpoints");
      environment.put("INTERMISSION_S3_PREFIX", "rehearsal");
      environment.put("INTERMISSION_S3_PATH_STYLE", "true");
      environment.put("INTERMISSION_S3_CREDENTIALS_DIR", folder.resolve("keys").toString());
      environment.put("INTERMISSION_AGENT_PORT", Integer.toString(port));
      environment.put("INTERMISSION_DIR", folder.resolve("shared").toString());
      return environment;
    }

    @Override
    public void play(Process program) throws IOException, InterruptedException {
      var agent = "http://127.0.0.1:" + port;
      Waiting.until("the restore was over", program, () -> Waiting.statusOf(agent + "/healthz/started") == 200);
      var saved = Files.createDirectories(folder.resolve("shared/checkpoints/8.tmp"));
      Files.writeString(saved.resolve("model.bin"), "not much of a model");
      Files.writeString(saved.resolve("checkpoint.json"), "{\"step\":8,\"contains\":[\"model\"],\"worldSize\":1,\"finished\":false}");
      Files.move(saved, folder.resolve("shared/checkpoints/8"));
      Waiting.until("the checkpoint was committed", program, () -> store.text(HEAD).orElseThrow().contains("00000000000000000008-"));
      Waiting.statusOf(agent + "/v1/status");
      Waiting.until("the metrics were answered", program, () -> Waiting.statusOf(agent + "/metrics") == 200);
    }

    private static String publicKey() {
      try {
        return Base64.getEncoder().encodeToString(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded());
      } catch (NoSuchAlgorithmException everyJavaHasIt) {
        throw new AssertionError(everyJavaHasIt);
      }
    }

    @Override
    public void close() throws IOException {
      store.close();
      Folders.remove(folder);
    }
  }
}
