import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** The operator becomes the leader of an empty cluster with an empty bucket, and says that it is ready. */
final class OperatorRehearsal implements Rehearsal {

  @Override
  public Stage prepare() throws IOException {
    return new Empty(new StandInApiServer(), new StandInStore(), Files.createTempDirectory("rehearsal"), Waiting.freePort());
  }

  private record Empty(StandInApiServer cluster, StandInStore store, Path folder, int port) implements Stage {

    @Override
    public Map<String, String> environment() {
      var environment = new TreeMap<String, String>();
      environment.put("KUBERNETES_MASTER", cluster.url());
      environment.put("KUBERNETES_NAMESPACE", "intermission-system");
      environment.put("KUBECONFIG", folder.resolve("none").toString());
      environment.put("POD_NAME", "rehearsal");
      environment.put("POD_NAMESPACE", "intermission-system");
      environment.put("INTERMISSION_AGENT_IMAGE", "rehearsal");
      environment.put("INTERMISSION_S3_ENDPOINT", store.endpoint());
      environment.put("INTERMISSION_S3_REGION", "us-east-1");
      environment.put("INTERMISSION_S3_BUCKET", "checkpoints");
      environment.put("INTERMISSION_S3_PREFIX", "rehearsal");
      environment.put("INTERMISSION_S3_PATH_STYLE", "true");
      environment.put("AWS_ACCESS_KEY_ID", "rehearsal");
      environment.put("AWS_SECRET_ACCESS_KEY", "rehearsal");
      environment.put("INTERMISSION_SIGNING_KEY_FILE", signingKey().toString());
      environment.put("INTERMISSION_LEADER_ELECTION", "true");
      environment.put("INTERMISSION_HTTP_PORT", Integer.toString(port));
      return environment;
    }

    private Path signingKey() {
      try {
        var key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        return Files.writeString(folder.resolve("key"), Base64.getEncoder().encodeToString(key.getEncoded()));
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalStateException("no signing key for the rehearsal", e);
      }
    }

    @Override
    public void play(Process program) throws IOException, InterruptedException {
      for (var probe : new String[] {"/healthz/ready", "/metrics"}) {
        Waiting.until(probe + " answered 200", program, () -> Waiting.statusOf("http://127.0.0.1:" + port + probe) == 200);
      }
    }

    @Override
    public void close() throws IOException {
      cluster.close();
      store.close();
      Folders.remove(folder);
    }
  }
}
