package dev.intermission.operator.health;

import java.util.function.BooleanSupplier;

/**
 * The three questions of the kubelet.
 *
 * @param live false: only a restart helps (an informer is stuck, or the lease cannot be asked for)
 * @param ready false: keep the rollout waiting
 * @param started false: do not ask the other two yet
 */
public record Probes(BooleanSupplier live, BooleanSupplier ready, BooleanSupplier started) {}
