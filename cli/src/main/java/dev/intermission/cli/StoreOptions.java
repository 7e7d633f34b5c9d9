package dev.intermission.cli;

import dev.intermission.checkpoint.s3.ClientTuning;
import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Protection;
import dev.intermission.checkpoint.s3.S3ObjectStore;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How to reach the store. Credentials come from where every S3 tool looks for them. */
final class StoreOptions {

  @Option(names = "--endpoint", description = "URL of a store that is not AWS.")
  private Optional<URI> endpoint = Optional.empty();

  @Option(names = "--region", defaultValue = "us-east-1", description = "Default: us-east-1.")
  private String region = "us-east-1";

  @Option(names = "--path-style", description = "The bucket stands in the path: MinIO, Ceph.")
  private boolean pathStyle;

  @Option(
      names = "--ca-bundle",
      paramLabel = "FILE",
      description = "Certificates in PEM; only their authorities are trusted for the endpoint.",
      converter = CaBundleConverter.class)
  private Protection protection = Protection.DEFAULT;

  /** To be closed by the caller. */
  S3ObjectStore open(String bucket) {
    var location = new StorageLocation(endpoint, region, bucket, "", pathStyle);
    return S3ObjectStore.open(
        location, new Credentials.DefaultChain(), protection, ClientTuning.QUICK);
  }
}
