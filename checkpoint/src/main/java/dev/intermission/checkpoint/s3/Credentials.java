package dev.intermission.checkpoint.s3;

/** Who we are to the store. Never printed. */
public sealed interface Credentials {

  /** Whatever the SDK finds: environment, web identity, instance profile. */
  record DefaultChain() implements Credentials {}

  /** A key pair, as in a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
  record Static(String accessKeyId, String secretAccessKey) implements Credentials {

    /** Prints no secret, so that no log line or stack trace ever can. */
    @Override
    public String toString() {
      return "Static[accessKeyId=" + accessKeyId + "]";
    }
  }
}
