package dev.intermission.checkpoint.retention;

/**
 * Which chunks some manifest lists, in 4 MiB whatever their number: a Bloom filter. It may say yes
 * for a chunk that none lists (one in a hundred thousand at a million chunks, two in five at ten
 * million), which spares an orphan until the next sweep asks with another salt; it never says no
 * for one that is listed.
 *
 * @see <a href="https://doi.org/10.1145/362686.362692">Bloom, Space/time trade-offs in hash coding
 *     with allowable errors, 1970</a>
 */
final class ListedChunks {

  private static final int BITS = 1 << 25;
  private static final int PROBES = 7;

  private final long[] words = new long[BITS / Long.SIZE];
  private final long salt;

  ListedChunks(long salt) {
    this.salt = salt;
  }

  void add(String key) {
    var hash = hash(key);
    for (var probe = 0; probe < PROBES; probe++) {
      var bit = bit(hash, probe);
      words[bit / Long.SIZE] |= 1L << bit;
    }
  }

  boolean mayContain(String key) {
    var hash = hash(key);
    for (var probe = 0; probe < PROBES; probe++) {
      var bit = bit(hash, probe);
      if ((words[bit / Long.SIZE] & 1L << bit) == 0) return false;
    }
    return true;
  }

  private static int bit(long hash, int probe) {
    return (int) mixed(hash + probe * 0x9e3779b97f4a7c15L) & BITS - 1;
  }

  private long hash(String key) {
    var hash = mixed(salt);
    for (var i = 0; i < key.length(); i++) hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    return mixed(hash);
  }

  /**
   * The finalizer of SplitMix64: every bit of the input changes about half of those that come out.
   */
  private static long mixed(long value) {
    var mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
