package dev.intermission.control;

/**
 * Names of the environment variables that the operator writes into a worker pod. Those under
 * "agent" are read by the agent only, so that the trainer never sees a credential or a token; those
 * under "trainer" are the trainer's contract.
 */
public final class AgentEnvironment {

  // --- both
  /** The shared directory, default {@value #DEFAULT_DIR}. */
  public static final String DIR = "INTERMISSION_DIR";

  /** The number of the run, a positive integer. */
  public static final String RUN = "INTERMISSION_RUN";

  /** The pod's completion index, 0 to world size - 1. */
  public static final String RANK = "INTERMISSION_RANK";

  /** How many workers the run has. */
  public static final String WORLD_SIZE = "INTERMISSION_WORLD_SIZE";

  // --- agent
  /** Namespace of the TrainingJob. */
  public static final String JOB_NAMESPACE = "INTERMISSION_JOB_NAMESPACE";

  /** Name of the TrainingJob. */
  public static final String JOB_NAME = "INTERMISSION_JOB_NAME";

  /** Uid of the TrainingJob. */
  public static final String JOB_UID = "INTERMISSION_JOB_UID";

  /** Uid of the pod, by the downward API. */
  public static final String POD_UID = "INTERMISSION_POD_UID";

  /** Public keys of the operator: {@code keyid=base64,keyid=base64}, X.509 encoded. */
  public static final String PUBLIC_KEYS = "INTERMISSION_PUBLIC_KEYS";

  /** What the trainer's preStop hook sends in {@link AgentPaths#DRAIN_HEADER}. */
  public static final String DRAIN_TOKEN = "INTERMISSION_DRAIN_TOKEN";

  /** How long a hold lasts after the operator was last heard. */
  public static final String HOLD_LEASE_SECONDS = "INTERMISSION_HOLD_LEASE_SECONDS";

  /** The pod's terminationGracePeriodSeconds. */
  public static final String GRACE_SECONDS = "INTERMISSION_GRACE_SECONDS";

  /**
   * Name of the manifest that the seal of this run named; empty for a fresh start. A floor, never a
   * wish.
   */
  public static final String RESTORE = "INTERMISSION_RESTORE";

  /** URL of the S3 endpoint; empty means the AWS endpoint of the region. */
  public static final String S3_ENDPOINT = "INTERMISSION_S3_ENDPOINT";

  /** Region of the bucket. */
  public static final String S3_REGION = "INTERMISSION_S3_REGION";

  /** The bucket. */
  public static final String S3_BUCKET = "INTERMISSION_S3_BUCKET";

  /** The prefix before {@code namespace/name/uid}; may be empty. */
  public static final String S3_PREFIX = "INTERMISSION_S3_PREFIX";

  /** {@code true} puts the bucket into the path instead of the host name. */
  public static final String S3_PATH_STYLE = "INTERMISSION_S3_PATH_STYLE";

  /** S3 access key, from the credentials Secret; absent means the SDK's default chain. */
  public static final String AWS_ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";

  /** S3 secret key, from the credentials Secret. */
  public static final String AWS_SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";

  /** S3 session token, only with temporary keys. */
  public static final String AWS_SESSION_TOKEN = "AWS_SESSION_TOKEN";

  /** Folder in which a Secret with the three keys above is mounted; then they are no variables. */
  public static final String S3_CREDENTIALS_DIR = "INTERMISSION_S3_CREDENTIALS_DIR";

  /** {@code SSE-S3} or {@code SSE-KMS}; absent leaves it to the bucket. */
  public static final String S3_ENCRYPTION = "INTERMISSION_S3_ENCRYPTION";

  /** The key for {@code SSE-KMS}; absent means the store's default one. */
  public static final String S3_KMS_KEY = "INTERMISSION_S3_KMS_KEY";

  /** Certificates in PEM that are trusted for the endpoint, and no others. */
  public static final String S3_CA_BUNDLE = "INTERMISSION_S3_CA_BUNDLE";

  /** File with what {@link #S3_CA_BUNDLE} would hold. */
  public static final String S3_CA_FILE = "INTERMISSION_S3_CA_FILE";

  /**
   * Where a script that knows nothing of us leaves its checkpoints, below {@link #DIR}; absent for
   * a trainer that knows the contract.
   */
  public static final String WATCH_DIR = "INTERMISSION_WATCH_DIR";

  /** The {@link NamePattern} of its complete checkpoints. */
  public static final String WATCH_PATTERN = "INTERMISSION_WATCH_PATTERN";

  /** For how long a checkpoint must not have changed to be complete. */
  public static final String WATCH_SETTLE_SECONDS = "INTERMISSION_WATCH_SETTLE_SECONDS";

  /** A file that the script writes last; absent when it writes none. */
  public static final String WATCH_MARKER = "INTERMISSION_WATCH_MARKER";

  /** A file in the watched directory whose last whole number is the step; absent when none is. */
  public static final String WATCH_STEP_FILE = "INTERMISSION_WATCH_STEP_FILE";

  /** Name of the {@link PosixSignal} that asks the script to save; absent when none does. */
  public static final String PAUSE_SIGNAL = "INTERMISSION_PAUSE_SIGNAL";

  /** The agent's HTTP port, default {@value #DEFAULT_PORT}. */
  public static final String AGENT_PORT = "INTERMISSION_AGENT_PORT";

  // --- trainer
  /** Name of the TrainingJob. */
  public static final String JOB = "INTERMISSION_JOB";

  /** The step that the run resumes from; empty when it starts from the beginning. */
  public static final String RESUME_STEP = "INTERMISSION_RESUME_STEP";

  /** Save every so many steps; empty when checkpoints are wanted by time. */
  public static final String CHECKPOINT_EVERY_STEPS = "INTERMISSION_CHECKPOINT_EVERY_STEPS";

  /** Save after so many seconds; empty when checkpoints are wanted by steps. */
  public static final String CHECKPOINT_INTERVAL_SECONDS =
      "INTERMISSION_CHECKPOINT_INTERVAL_SECONDS";

  /** JSON file with {@code spec.overrides}; empty when there are none. */
  public static final String OVERRIDES = "INTERMISSION_OVERRIDES";

  /** The pod's uid, in the trainer of a job with a watch: the agent knows its processes by it. */
  public static final String WATCHED_BY = "INTERMISSION_WATCHED_BY";

  /** What PyTorch's distributed start wants: host of rank 0. */
  public static final String MASTER_ADDR = "MASTER_ADDR";

  /** What PyTorch's distributed start wants: port of rank 0. */
  public static final String MASTER_PORT = "MASTER_PORT";

  /** What PyTorch's distributed start wants: equal to {@link #RANK}. */
  public static final String TORCH_RANK = "RANK";

  /** What PyTorch's distributed start wants: equal to {@link #WORLD_SIZE}. */
  public static final String TORCH_WORLD_SIZE = "WORLD_SIZE";

  /** Where the operator mounts the folder of {@link #OVERRIDES_FILE}, in the trainer only. */
  public static final String OVERRIDES_DIR = "/var/run/intermission/overrides";

  /** Name of the file that {@link #OVERRIDES} means. */
  public static final String OVERRIDES_FILE = "overrides.json";

  /** Default of {@link #DIR}. */
  public static final String DEFAULT_DIR = "/intermission";

  /** Default of {@link #AGENT_PORT}. */
  public static final int DEFAULT_PORT = 8771;

  /** The folder below {@link #DIR} that is mounted where a script leaves its checkpoints. */
  public static final String WATCHED = "watched";

  /** Where the operator mounts the credentials Secret, in the agent only. */
  public static final String CREDENTIALS_DIR = "/var/run/intermission/credentials";

  /** Where the operator mounts the CA bundle, in the agent only. */
  public static final String CA_DIR = "/var/run/intermission/ca";

  private AgentEnvironment() {}
}
