package dev.intermission.checkpoint.restore;

import dev.intermission.checkpoint.manifest.FileEntry;
import dev.intermission.checkpoint.manifest.Placement;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.HashSet;
import java.util.Set;

/** Where one chunk's bytes go when a checkpoint is restored: into the files that lie in it. */
final class Landing implements Scatter.Ground {

  private final Placement placement;
  private final Building building;
  private final Set<String> created = new HashSet<>();

  Landing(Placement placement, Building building) {
    this.placement = placement;
    this.building = building;
  }

  /** A new attempt: what an earlier one brought is written over. */
  Scatter begin() {
    return new Scatter(placement, this);
  }

  @Override
  public WritableByteChannel open(FileEntry file, long offset) throws IOException {
    var isLast = file == placement.files().getLast();
    var others = offset > 0 || isLast && placement.goesOn(); // other chunks fill it too
    if (others || !created.add(file.path())) return building.reopen(file, offset);
    return building.create(file);
  }
}
