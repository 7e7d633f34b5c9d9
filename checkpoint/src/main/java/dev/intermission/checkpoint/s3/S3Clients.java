package dev.intermission.checkpoint.s3;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
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

  static S3Client create(StorageLocation location, Credentials credentials, ClientTuning tuning) {
    var builder =
        S3Client.builder()
            .region(Region.of(location.region()))
            .credentialsProvider(provider(credentials))
            .forcePathStyle(location.pathStyle())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(tuning.connect())
                    .socketTimeout(tuning.silence()));
    location.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private static AwsCredentialsProvider provider(Credentials credentials) {
    return switch (credentials) {
      case Credentials.DefaultChain _ -> DefaultCredentialsProvider.builder().build();
      case Credentials.Static(var id, var secret) ->
          StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
    };
  }
}
