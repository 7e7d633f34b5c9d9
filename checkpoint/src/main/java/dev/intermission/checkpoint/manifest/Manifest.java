package dev.intermission.checkpoint.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.layout.JobKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One checkpoint: the files of one step over all ranks. Immutable; it exists for the job only once
 * HEAD, or the chain of parents below HEAD, names it. Specified in docs/checkpoint-format.md.
 *
 * @param formatVersion {@link #FORMAT}
 * @param job whose checkpoint
 * @param step after which optimizer update
 * @param token who wrote it
 * @param requestId the pause or save request that it answers, if any
 * @param finished whether the trainer was done after this step
 * @param worldSize number of ranks
 * @param parent what HEAD named when it was written
 * @param createdAt by the writer's clock; for people
 * @param parts one per rank, in order of rank
 */
public record Manifest(
    int formatVersion,
    JobKey job,
    long step,
    FencingToken token,
    Optional<Long> requestId,
    boolean finished,
    int worldSize,
    Optional<ManifestRef> parent,
    Instant createdAt,
    List<Part> parts) {

  /** The format that this version writes, and the newest that it reads. */
  public static final int FORMAT = 1;

  public Manifest {
    if (step < 0) throw new IllegalArgumentException("step " + step);
    parts = List.copyOf(parts);
    var ranks = parts.stream().map(Part::rank).toList();
    if (worldSize < 1 || !ranks.equals(IntStream.range(0, worldSize).boxed().toList())) {
      throw new IllegalArgumentException(
          "world size " + worldSize + " needs one part per rank, but there are " + ranks);
    }
    parts.stream().mapToLong(Part::bytes).reduce(0, Math::addExact); // a sum that wraps lies
  }

  /** Bytes of all files of all ranks. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** Objects that must be there to restore it: the distinct chunks and the manifest itself. */
  public int objects() {
    return Math.toIntExact(chunks().map(ChunkRef::key).distinct().count() + 1);
  }

  /** All chunks of all parts, in order; equal runs of bytes may be one that comes twice. */
  public Stream<ChunkRef> chunks() {
    return parts.stream().flatMap(part -> part.chunks().stream());
  }

  /** What lies in each chunk of {@link #chunks}, in the same order. */
  public Stream<Placement> placements() {
    return parts.stream().flatMap(part -> part.placements().stream());
  }

  /**
   * What the trainer says is inside (for example model, optimizer, rng, data): what all ranks
   * declared, as rank 0 ordered it.
   */
  public List<String> contains() {
    var others = parts.stream().skip(1).map(part -> contains(part.declared())).toList();
    return contains(parts.getFirst().declared()).stream()
        .filter(word -> others.stream().allMatch(words -> words.contains(word)))
        .toList();
  }

  /**
   * What the trainer measured after this step, such as {@code loss}, as rank 0 declared it: finite
   * numbers, in order of name.
   */
  public SortedMap<String, Double> metrics() {
    var metrics = new TreeMap<String, Double>();
    parts.getFirst().declared().path("metrics").properties().stream()
        .filter(metric -> metric.getValue().isNumber())
        .filter(metric -> Double.isFinite(metric.getValue().doubleValue())) // 1e999 is a number too
        .forEach(metric -> metrics.put(metric.getKey(), metric.getValue().doubleValue()));
    return metrics;
  }

  /** Passes over the data up to this step, with a fraction, if rank 0 declared them. */
  public Optional<Double> epoch() {
    return Optional.of(parts.getFirst().declared().path("epoch"))
        .filter(JsonNode::isNumber)
        .map(JsonNode::doubleValue)
        .filter(Double::isFinite);
  }

  private static List<String> contains(JsonNode declared) {
    return StreamSupport.stream(declared.path("contains").spliterator(), false)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .distinct()
        .toList();
  }
}
