package dev.intermission.checkpoint.save;

import dev.intermission.checkpoint.manifest.Part;
import java.time.Instant;
import java.util.Optional;

/**
 * One rank's share of a save, with all its chunks durable.
 *
 * @param part what it consists of
 * @param sentBytes that were really sent
 * @param oldestChunk when the first of them was written, by the store's clock; absent when all were
 *     there before
 */
record SavedPart(Part part, long sentBytes, Optional<Instant> oldestChunk) {}
