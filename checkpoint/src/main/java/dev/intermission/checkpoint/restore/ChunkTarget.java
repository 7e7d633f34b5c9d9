package dev.intermission.checkpoint.restore;

import dev.intermission.checkpoint.manifest.ChunkRef;
import java.nio.file.Path;

/** Where a chunk belongs: {@code offset} bytes into {@code file}. */
record ChunkTarget(ChunkRef chunk, Path file, long offset) {}
