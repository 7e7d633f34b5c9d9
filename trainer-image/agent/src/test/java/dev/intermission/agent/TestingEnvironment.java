package dev.intermission.agent;

import dev.intermission.agent.config.AgentConfig;
import dev.intermission.control.AgentIdentity;
import dev.intermission.control.SigningKey;
import dev.intermission.control.SigningKeys;
import dev.intermission.control.TrustedKeys;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The environment of one worker pod, as the operator would write it, with a key whose private half
 * the test has.
 */
public final class TestingEnvironment {

  public static final String DRAIN_TOKEN = "drain-me";
  public static final SigningKey KEY;
  private static final String PUBLIC_KEYS;

  static {
    var pair = SigningKeys.generate();
    KEY = new SigningKey("k1", pair.getPrivate());
    PUBLIC_KEYS = new TrustedKeys(Map.of("k1", pair.getPublic())).encode();
  }

  private final Map<String, String> variables = new TreeMap<>();

  private TestingEnvironment(Path directory) {
    variables.put("INTERMISSION_DIR", directory.toString());
    variables.put("INTERMISSION_JOB_NAMESPACE", "team");
    variables.put("INTERMISSION_JOB_NAME", "digits");
    variables.put("INTERMISSION_JOB_UID", "job-uid");
    variables.put("INTERMISSION_RUN", "1");
    variables.put("INTERMISSION_RANK", "0");
    variables.put("INTERMISSION_WORLD_SIZE", "1");
    variables.put("INTERMISSION_POD_UID", "pod-1");
    variables.put("INTERMISSION_PUBLIC_KEYS", PUBLIC_KEYS);
    variables.put("INTERMISSION_DRAIN_TOKEN", DRAIN_TOKEN);
    variables.put("INTERMISSION_HOLD_LEASE_SECONDS", "60");
    variables.put("INTERMISSION_GRACE_SECONDS", "30");
    variables.put("INTERMISSION_RESTORE", "");
    variables.put("INTERMISSION_S3_ENDPOINT", "http://127.0.0.1:9");
    variables.put("INTERMISSION_S3_REGION", "us-east-1");
    variables.put("INTERMISSION_S3_BUCKET", "checkpoints");
    variables.put("INTERMISSION_S3_PREFIX", "test");
    variables.put("INTERMISSION_S3_PATH_STYLE", "true");
    variables.put("AWS_ACCESS_KEY_ID", "minioadmin");
    variables.put("AWS_SECRET_ACCESS_KEY", "minioadmin");
    variables.put("INTERMISSION_AGENT_PORT", "0");
  }

  public static TestingEnvironment in(Path directory) {
    return new TestingEnvironment(directory);
  }

  public TestingEnvironment with(String name, String value) {
    variables.put(name, value);
    return this;
  }

  public TestingEnvironment without(String name) {
    variables.remove(name);
    return this;
  }

  public Map<String, String> variables() {
    return variables;
  }

  public AgentConfig config() {
    return AgentConfig.from(variables);
  }

  public AgentIdentity identity() {
    return config().self().identity();
  }
}
