package dev.intermission.checkpoint.retention;

/**
 * What one sweep did.
 *
 * @param stock what is left
 * @param deletedManifests manifests that went
 * @param deletedObjects chunks and parts that went
 * @param deletedBytes their size
 */
public record Sweep(Stock stock, int deletedManifests, int deletedObjects, long deletedBytes) {

  static final Sweep NOTHING = new Sweep(Stock.EMPTY, 0, 0, 0);

  /** Manifests that stay for now. */
  public int kept() {
    return stock.count();
  }

  /** Manifests that go when the grace is over. */
  public int marked() {
    return stock.expiring();
  }
}
