package dev.intermission.checkpoint.retention;

/**
 * What one sweep did.
 *
 * @param kept manifests that stay
 * @param marked manifests that will go when the grace is over
 * @param deletedManifests manifests that went
 * @param deletedObjects chunks and parts that went
 * @param deletedBytes their size
 */
public record Sweep(
    int kept, int marked, int deletedManifests, int deletedObjects, long deletedBytes) {

  static final Sweep NOTHING = new Sweep(0, 0, 0, 0, 0);
}
