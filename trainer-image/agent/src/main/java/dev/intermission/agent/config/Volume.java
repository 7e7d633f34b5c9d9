package dev.intermission.agent.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What trainer and agent share.
 *
 * @param directory of the contract
 * @param watch where a script that knows nothing of the contract leaves its checkpoints; below
 *     {@code directory}, so that they can be moved without copying
 */
public record Volume(Path directory, Optional<Watch> watch) {}
