package dev.intermission.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.CaBundleSpec;
import dev.intermission.api.v1alpha1.EncryptionSpec;
import dev.intermission.api.v1alpha1.EncryptionType;
import dev.intermission.api.v1alpha1.S3Spec;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.operator.config.StorageDefaults;
import dev.intermission.operator.resources.CaBundle;
import dev.intermission.operator.resources.StorageAccess;
import dev.intermission.operator.storage.Access.Credential;
import dev.intermission.operator.storage.Access.Denied;
import dev.intermission.operator.storage.Access.Granted;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccessRulesTest {
  private static final Optional<String> ABSENT = Optional.empty();
  private static final StorageDefaults INSTALLATION =
      new StorageDefaults(
          Optional.of(URI.create("http://minio.storage:9000")),
          "us-east-1",
          Optional.of("checkpoints"),
          "intermission",
          true,
          StorageDefaults.Entry.DEFAULT);
  private final AccessRules rules = new AccessRules(INSTALLATION, Optional.of("default-keys"));

  @Test
  void jobThatSaysNothingGetsTheInstallationsStoreAndItsPodsTheDefaultSecret() {
    var access = resolve(S3Spec.DEFAULT);

    assertThat(access)
        .isInstanceOfSatisfying(
            Granted.class,
            granted -> {
              assertThat(granted.credential()).isEqualTo(new Credential.Installation());
              assertThat(granted.storage().credentialsSecret()).contains("default-keys");
              assertThat(granted.storage().location().bucket()).isEqualTo("checkpoints");
            });
  }

  static Stream<S3Spec> elsewhere() {
    return Stream.of(
        s3(Optional.of("others-bucket"), ABSENT, ABSENT, ABSENT),
        s3(ABSENT, Optional.of("intermission/team-b"), ABSENT, ABSENT),
        s3(ABSENT, ABSENT, Optional.of("http://minio.elsewhere:9000"), ABSENT));
  }

  @ParameterizedTest
  @MethodSource("elsewhere")
  void installationsCredentialsNeverServeAnotherBucketPrefixOrEndpoint(S3Spec spec) {
    assertThat(resolve(spec))
        .isInstanceOfSatisfying(
            Denied.class,
            denied ->
                assertThat(denied.problem().message())
                    .startsWith("spec.checkpoint.storage.s3.credentialsSecret: "));
  }

  @ParameterizedTest
  @MethodSource("elsewhere")
  void ownSecretOpensAnotherBucketPrefixOrEndpoint(S3Spec spec) {
    var own = s3(spec.bucket(), spec.prefix(), spec.endpoint(), Optional.of("team-keys"));

    assertThat(resolve(own))
        .isInstanceOfSatisfying(
            Granted.class,
            granted -> {
              assertThat(granted.credential())
                  .isEqualTo(new Credential.OfJob("team-a", "team-keys"));
              assertThat(granted.storage().credentialsSecret()).contains("team-keys");
            });
  }

  @Test
  void withoutAnyBucketTheFieldIsNamed() {
    var bare =
        new AccessRules(
            new StorageDefaults(
                Optional.empty(),
                "us-east-1",
                ABSENT,
                "intermission",
                false,
                StorageDefaults.Entry.DEFAULT),
            ABSENT);

    assertThat(bare.resolve("team-a", S3Spec.DEFAULT))
        .isInstanceOfSatisfying(
            Denied.class,
            denied ->
                assertThat(denied.problem().message())
                    .startsWith("spec.checkpoint.storage.s3.bucket: "));
  }

  @Test
  void endpointThatIsNoAddressIsNamed() {
    assertThat(resolve(s3(ABSENT, ABSENT, Optional.of("minio:9000"), Optional.of("team-keys"))))
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> assertThat(denied.problem().reason()).isEqualTo("EndpointInvalid"));
  }

  @Test
  void installationsEncryptionServesItsOwnBucketOnly() {
    var guarded =
        new AccessRules(
            new StorageDefaults(
                INSTALLATION.endpoint(),
                "us-east-1",
                INSTALLATION.bucket(),
                "intermission",
                true,
                new StorageDefaults.Entry(
                    new Credentials.DefaultChain(),
                    new Protection(new Encryption.StoreKeys(), Optional.empty()))),
            ABSENT);

    assertThat(granted(guarded, S3Spec.DEFAULT).encryption()).isEqualTo(new Encryption.StoreKeys());
    var elsewhere = s3(Optional.of("others"), ABSENT, ABSENT, Optional.of("team-keys"));
    assertThat(granted(guarded, elsewhere).encryption()).isEqualTo(new Encryption.BucketDefault());
  }

  @Test
  void ownEncryptionAndAuthoritiesAreTakenOver() {
    var spec =
        protectedBy(
            Optional.of("team-keys"),
            new EncryptionSpec(EncryptionType.SSE_KMS, Optional.of("team-key")));

    var storage = granted(rules, spec);

    assertThat(storage.encryption()).isEqualTo(new Encryption.KmsKey(Optional.of("team-key")));
    assertThat(storage.caBundle()).isEqualTo(new CaBundle.InConfigMap("storage-ca", "ca.crt"));
  }

  @Test
  void nobodyMaySayWhomTheInstallationsCredentialsTrust() {
    var spec = protectedBy(ABSENT, new EncryptionSpec(EncryptionType.SSE_S3, ABSENT));

    assertThat(resolve(spec))
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> assertThat(denied.problem().reason()).isEqualTo("CaBundleRefused"));
  }

  private static S3Spec protectedBy(Optional<String> secret, EncryptionSpec encryption) {
    return new S3Spec(
        ABSENT,
        ABSENT,
        ABSENT,
        ABSENT,
        Optional.empty(),
        secret,
        Optional.of(encryption),
        Optional.of(new CaBundleSpec(Optional.of("storage-ca"), ABSENT, "ca.crt")));
  }

  private static StorageAccess granted(AccessRules rules, S3Spec spec) {
    return ((Granted) rules.resolve("team-a", spec)).storage();
  }

  private Access resolve(S3Spec spec) {
    return rules.resolve("team-a", spec);
  }

  private static S3Spec s3(
      Optional<String> bucket,
      Optional<String> prefix,
      Optional<String> endpoint,
      Optional<String> secret) {
    return new S3Spec(
        bucket,
        prefix,
        endpoint,
        ABSENT,
        Optional.empty(),
        secret,
        Optional.empty(),
        Optional.empty());
  }
}
