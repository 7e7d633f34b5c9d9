package dev.intermission.operator.storage;

import dev.intermission.api.v1alpha1.CaBundleSpec;
import dev.intermission.api.v1alpha1.EncryptionSpec;
import dev.intermission.api.v1alpha1.S3Spec;
import dev.intermission.checkpoint.layout.Address;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.StorageLocation;
import dev.intermission.control.Problem;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.storage.Access.Credential;
import dev.intermission.operator.storage.Access.Denied;
import dev.intermission.operator.storage.Access.Granted;
import java.net.URI;
import java.util.Optional;

/**
 * Decides whose credentials a job's storage gets. The installation's serve only the installation's
 * own endpoint, bucket and prefix: otherwise whoever may create a TrainingJob could make the
 * operator sign requests to any bucket that it can read (design review, 31).
 *
 * @param podSecret the Secret that pods of jobs without one of their own are given
 */
public record AccessRules(StorageDefaults installation, Optional<String> podSecret) {
  private static final String FIELD = "spec.checkpoint.storage.s3.";

  /** Pure: nothing is looked up. */
  public Access resolve(String namespace, S3Spec spec) {
    var bucket = spec.bucket().or(installation::bucket);
    if (bucket.isEmpty()) {
      return denied(
          "BucketNotNamed",
          FIELD + "bucket: name a bucket, or install the operator with a default one");
    }
    Optional<URI> endpoint;
    try {
      endpoint = spec.endpoint().map(AccessRules::endpoint).or(installation::endpoint);
    } catch (IllegalArgumentException notAUrl) {
      return denied(
          "EndpointInvalid",
          FIELD
              + "endpoint: \""
              + spec.endpoint().orElseThrow()
              + "\" is not an address like https://minio.storage.svc:9000");
    }
    var location =
        new StorageLocation(
            endpoint,
            spec.region().orElse(installation.region()),
            bucket.get(),
            spec.prefix().orElse(installation.prefix()),
            spec.pathStyle().orElse(installation.pathStyle()));
    if (spec.credentialsSecret().isPresent()) {
      return new Granted(
          storage(spec, location, spec.credentialsSecret()),
          new Credential.OfJob(namespace, spec.credentialsSecret().get()));
    }
    if (spec.caBundle().isPresent()) {
      return denied(
          "CaBundleRefused",
          FIELD
              + "caBundle: leave it out, or name a credentialsSecret: whom the installation's own"
              + " credentials are sent to is for the installation to say");
    }
    return isInstallations(location)
        ? new Granted(storage(spec, location, podSecret), new Credential.Installation())
        : denied(
            "CredentialsNotNamed",
            FIELD
                + "credentialsSecret: name a Secret of this namespace; the installation's own"
                + " credentials serve only its own endpoint, bucket and prefix");
  }

  /**
   * Whether a job may read an address with the way into its own storage: the installation's
   * credentials reach only what lies in its own bucket and prefix, below the job's own namespace.
   */
  public Access elsewhere(String namespace, Granted own, Address address) {
    var location = own.storage().location();
    var place =
        new StorageLocation(
            location.endpoint(),
            location.region(),
            address.bucket(),
            address.layout().prefix(),
            location.pathStyle());
    var foreign =
        own.credential() instanceof Credential.Installation
            && !(isInstallations(place) && address.layout().job().namespace().equals(namespace));
    if (foreign) {
      return denied(
          "CredentialsNotNamed",
          "spec.resumeFrom.uri: the installation's own credentials read only what lies below "
              + namespace
              + "/ in its own bucket and prefix; name a Secret that may read the address in "
              + FIELD
              + "credentialsSecret");
    }
    var storage = own.storage();
    var encryption =
        place.bucket().equals(location.bucket())
            ? storage.encryption()
            : new Encryption.BucketDefault(); // our key need not be one of theirs
    return new Granted(
        new StorageAccess(place, storage.credentialsSecret(), encryption, storage.caBundle()),
        own.credential());
  }

  /**
   * The installation's key encrypts in the installation's bucket only, and its authorities vouch
   * for its endpoint only: elsewhere both would be wrong.
   */
  private StorageAccess storage(S3Spec spec, StorageLocation location, Optional<String> secret) {
    var protection = installation.entry().protection();
    var encryption =
        spec.encryption()
            .map(AccessRules::encryption)
            .orElseGet(
                () ->
                    isInstallations(location)
                        ? protection.encryption()
                        : new Encryption.BucketDefault());
    var bundle =
        spec.caBundle()
            .map(AccessRules::caBundle)
            .or(
                () ->
                    protection
                        .caBundle()
                        .filter(_ -> location.endpoint().equals(installation.endpoint()))
                        .map(CaBundle.Inline::new))
            .orElseGet(CaBundle.PublicAuthorities::new);
    return new StorageAccess(location, secret, encryption, bundle);
  }

  private static Encryption encryption(EncryptionSpec spec) {
    return switch (spec.type()) {
      case SSE_S3 -> new Encryption.StoreKeys();
      case SSE_KMS -> new Encryption.KmsKey(spec.kmsKeyId());
    };
  }

  private static CaBundle caBundle(CaBundleSpec spec) {
    return spec.configMap()
        .<CaBundle>map(name -> new CaBundle.InConfigMap(name, spec.key()))
        .orElseGet(() -> new CaBundle.InSecret(spec.secret().orElseThrow(), spec.key()));
  }

  private boolean isInstallations(StorageLocation location) {
    return location.endpoint().equals(installation.endpoint())
        && installation.bucket().filter(location.bucket()::equals).isPresent()
        && location.prefix().equals(installation.prefix());
  }

  private static URI endpoint(String text) {
    var uri = URI.create(text);
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }

  private static Denied denied(String reason, String message) {
    return new Denied(new Problem(reason, message));
  }
}
