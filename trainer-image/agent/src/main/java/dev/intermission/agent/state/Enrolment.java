package dev.intermission.agent.state;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.save.Session;
import java.util.Optional;

/**
 * A pod's place in a session: decided once, by rank 0's claim and the operator's roster.
 *
 * @param session whose parts are committed together, and under which token
 * @param restore what all its ranks begin with; absent at the beginning of a job
 */
public record Enrolment(Session session, Optional<ManifestRef> restore) {}
