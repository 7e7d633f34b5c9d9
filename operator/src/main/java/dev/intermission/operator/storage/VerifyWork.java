package dev.intermission.operator.storage;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import dev.intermission.operator.plan.observation.Storage.Check;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;

/** Verifies one checkpoint of a job. */
final class VerifyWork {
  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  VerifyWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  Check check(
      ManifestRef manifest,
      Mode mode,
      Optional<ManifestRef> verifiedParent,
      Instant at,
      Optional<Check> before) {
    var result =
        new Verifier(store, layout, RetryBudget.QUICK, clock)
            .verify(manifest, mode, verifiedParent);
    return switch (result) {
      case Verification.Verified _ -> new Check(result, at, Optional.empty(), Optional.empty());
      case Verification.Defective _ ->
          new Check(
              result,
              at,
              before.flatMap(Check::defectiveSince).or(() -> Optional.of(at)),
              fallback(manifest));
    };
  }

  /** The parent, as the manifest itself says; or, when it cannot say, the newest older one. */
  private Optional<ManifestRef> fallback(ManifestRef manifest) {
    try {
      return new CheckpointReader(store, layout, RetryBudget.QUICK, clock).read(manifest).parent();
    } catch (StoreException.Damaged | StoreException.FormatTooNew unreadable) {
      return newestBefore(manifest);
    }
  }

  private Optional<ManifestRef> newestBefore(ManifestRef manifest) {
    try (var listed = store.list(layout.manifests())) {
      return listed
          .map(object -> object.key().substring(layout.manifests().length()))
          .filter(ManifestRef::isName)
          .filter(name -> name.compareTo(manifest.name()) < 0)
          .max(Comparator.naturalOrder())
          .flatMap(this::ref);
    }
  }

  /** The name holds only the first digits of the sum: the rest comes from the bytes. */
  private Optional<ManifestRef> ref(String name) {
    return store
        .read(layout.manifest(name))
        .map(object -> ManifestRef.of(name, sum(object.bytes())));
  }

  private static String sum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
