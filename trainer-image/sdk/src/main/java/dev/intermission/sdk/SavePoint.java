package dev.intermission.sdk;

import java.util.Optional;

/** Which boundary is saved, for whom, and whether it is the last one. */
record SavePoint(long step, Optional<Long> requestId, boolean finished) {}
