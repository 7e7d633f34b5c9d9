package dev.intermission.checkpoint.s3;

import java.nio.file.Path;
import java.util.Optional;

/** Who we are to the store. Never printed. */
public sealed interface Credentials {

  /** Name of the access key's id, as a variable and in a Secret. */
  String ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";

  /** Name of the secret access key, as a variable and in a Secret. */
  String SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";

  /** Name of what makes temporary keys complete, as a variable and in a Secret. */
  String SESSION_TOKEN = "AWS_SESSION_TOKEN";

  /** Whatever the SDK finds: environment, web identity, instance profile; it renews them itself. */
  record DefaultChain() implements Credentials {}

  /**
   * A key pair, as in a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
   *
   * @param sessionToken only temporary keys have one: AWS_SESSION_TOKEN
   */
  record Static(String accessKeyId, String secretAccessKey, Optional<String> sessionToken)
      implements Credentials {

    /** A pair that lasts. */
    public Static(String accessKeyId, String secretAccessKey) {
      this(accessKeyId, secretAccessKey, Optional.empty());
    }

    /** Prints no secret, so that no log line or stack trace ever can. */
    @Override
    public String toString() {
      return "Static[accessKeyId=" + accessKeyId + "]";
    }
  }

  /**
   * A Secret mounted as files, one for each of its keys: what the kubelet writes there after a
   * rotation is used by the next request.
   *
   * @param folder where it is mounted
   */
  record Mounted(Path folder) implements Credentials {}
}
