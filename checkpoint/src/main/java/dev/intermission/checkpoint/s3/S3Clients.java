package dev.intermission.checkpoint.s3;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Configures the SDK. The client over the JDK's own connections is the smallest one: the agent has
 * 100 MB in all. The SDK retries nothing, since its retries would hide that the answer of a
 * conditional write was lost; checksums are ours, computed once.
 */
final class S3Clients {

  private S3Clients() {}

  static S3Client create(
      StorageLocation location,
      AwsCredentialsProvider credentials,
      Protection protection,
      ClientTuning tuning) {
    var http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(tuning.connect())
            .socketTimeout(tuning.silence());
    protection.caBundle().ifPresent(pem -> http.tlsTrustManagersProvider(() -> Trust.only(pem)));
    var builder =
        S3Client.builder()
            .region(Region.of(location.region()))
            .credentialsProvider(credentials)
            .forcePathStyle(location.pathStyle())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .httpClientBuilder(http);
    location.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /** Who signs: shared by the SDK's client and the data path. */
  static AwsCredentialsProvider provider(Credentials credentials) {
    return switch (credentials) {
      case Credentials.DefaultChain _ -> DefaultCredentialsProvider.builder().build();
      case Credentials.Static pair -> StaticCredentialsProvider.create(keys(pair));
      case Credentials.Mounted(var folder) -> new MountedCredentials(folder);
    };
  }

  private static AwsCredentials keys(Credentials.Static pair) {
    return pair.sessionToken()
        .<AwsCredentials>map(
            token ->
                AwsSessionCredentials.create(pair.accessKeyId(), pair.secretAccessKey(), token))
        .orElseGet(() -> AwsBasicCredentials.create(pair.accessKeyId(), pair.secretAccessKey()));
  }
}
