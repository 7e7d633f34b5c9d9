package dev.intermission.checkpoint.s3;

import java.util.Optional;

/** How the store is told to encrypt what we write. Reading needs no word of it. */
public sealed interface Encryption {

  /** Nothing is said: the bucket's own setting decides. */
  record BucketDefault() implements Encryption {}

  /** SSE-S3: by keys of the store. */
  record StoreKeys() implements Encryption {}

  /**
   * SSE-KMS: by a key of a key service.
   *
   * @param keyId id, ARN or alias; absent: the store's default key
   */
  record KmsKey(Optional<String> keyId) implements Encryption {}
}
