package dev.intermission.checkpoint.failure;

/**
 * Everything that the store can refuse or fail to do. {@link #reason} is a CamelCase cause fit for
 * a condition, an event or a metric's label; the message says what happened, what was spared and
 * what to do. An unknown outcome is a case of its own and never cleans up.
 */
public abstract sealed class StoreException extends RuntimeException {

  private StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The cause as one CamelCase word: the name of the case. */
  public final String reason() {
    return getClass().getSimpleName();
  }

  /** Nobody answered at the endpoint, or not in time. Passing: ask again. */
  public static final class EndpointUnreachable extends StoreException {
    public EndpointUnreachable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The store answered, but with an error of its own (5xx, throttling). Passing: ask again. */
  public static final class StoreFailing extends StoreException {
    public StoreFailing(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The credentials are wrong, or right but not allowed to do this. Lasts until a person mends it.
   */
  public static final class AccessDenied extends StoreException {
    public AccessDenied(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** No credentials were found where they should be. Lasts until a person mends it. */
  public static final class CredentialsMissing extends StoreException {
    public CredentialsMissing(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The credentials were right and have run out. Lasts until somebody renews them. */
  public static final class CredentialsExpired extends StoreException {
    public CredentialsExpired(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Our clock and the store's differ too much for a signature to count. Lasts until it is set. */
  public static final class ClockSkewed extends StoreException {
    public ClockSkewed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The bucket is in another region than requests are signed for. Lasts until a person mends it.
   */
  public static final class WrongRegion extends StoreException {
    public WrongRegion(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Whoever answers at the endpoint shows no certificate that we trust. Nothing was sent. */
  public static final class CertificateUntrusted extends StoreException {
    public CertificateUntrusted(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The store cannot encrypt as it was told to. Lasts until a person mends it. */
  public static final class EncryptionRefused extends StoreException {
    public EncryptionRefused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The bucket does not exist. Lasts until a person mends it. */
  public static final class BucketMissing extends StoreException {
    public BucketMissing(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The store understood the request and will never do it. Lasts until a person mends it. */
  public static final class RequestRefused extends StoreException {
    public RequestRefused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A checkpoint or HEAD is not what its sums say, or a part of it is gone. Nothing was changed.
   */
  public static final class Damaged extends StoreException {
    public Damaged(String message) {
      super(message, null);
    }
  }

  /** Written by a newer Intermission. Nothing was changed. */
  public static final class FormatTooNew extends StoreException {
    public FormatTooNew(String message) {
      super(message, null);
    }
  }

  /** A later fencing token holds HEAD: this writer must stop for good. HEAD was not changed. */
  public static final class Fenced extends StoreException {
    public Fenced(String message) {
      super(message, null);
    }
  }

  /**
   * Nobody knows whether the commit happened: ask again with the same arguments, delete nothing.
   */
  public static final class CommitUndecided extends StoreException {
    public CommitUndecided(String message) {
      super(message, null);
    }
  }

  /**
   * The save took so long that retention could take its oldest chunk for an orphan. HEAD was not
   * changed.
   */
  public static final class SaveTooOld extends StoreException {
    public SaveTooOld(String message) {
      super(message, null);
    }
  }

  /**
   * Not all ranks of the gang wrote their parts in time, or they do not agree. HEAD was not
   * changed.
   */
  public static final class PartsIncomplete extends StoreException {
    public PartsIncomplete(String message) {
      super(message, null);
    }
  }

  /** The directory to save cannot be saved as it is. Nothing was committed. */
  public static final class DirectoryRefused extends StoreException {
    public DirectoryRefused(String message) {
      super(message, null);
    }
  }

  /** The directory changed while it was saved. Nothing was committed. */
  public static final class DirectoryTorn extends StoreException {
    public DirectoryTorn(String message) {
      super(message, null);
    }
  }

  /** The local disk is too small or full. Nothing was left behind. */
  public static final class NoSpace extends StoreException {
    public NoSpace(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The local disk could not be read or written. Nothing was left behind. */
  public static final class DiskFailing extends StoreException {
    public DiskFailing(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
