package dev.intermission.agent.work;

import dev.intermission.agent.state.Folder;
import dev.intermission.agent.state.Folder.Claims;
import dev.intermission.agent.state.Seen;
import dev.intermission.agent.state.Unfinished;
import dev.intermission.control.Problem;
import dev.intermission.sdk.directory.FileWatch;
import dev.intermission.sdk.directory.ProgressFile;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the shared directory; what has not changed since the last look is not read again. For one
 * thread.
 */
final class DirectoryLook {

  private final SharedDirectory directory;
  private final FileWatch<ProgressFile> progressFile;
  private final Map<Path, Folder> known = new HashMap<>();
  private Optional<ProgressFile> progress = Optional.empty();

  DirectoryLook(SharedDirectory directory) {
    this.directory = directory;
    this.progressFile = directory.progress().watch();
  }

  Seen look(Optional<Long> resumeStep, Optional<Problem> problem) throws IOException {
    // Progress before folders: a trainer completes its folder and then says that it holds, so no
    // hold is seen without its folder.
    progress = progressFile.changed().or(() -> progress);
    var folders = new TreeMap<Long, Folder>();
    for (var complete : directory.checkpoints().complete().entrySet()) {
      folder(complete.getKey(), complete.getValue())
          .ifPresent(folder -> folders.put(complete.getKey(), folder));
    }
    Optional<Folder> resume = Optional.empty();
    if (resumeStep.isPresent()) resume = folder(resumeStep.get(), directory.resume());
    known.values().retainAll(folders.values());
    resume.ifPresent(folder -> known.put(folder.path(), folder));
    return new Seen(progress, folders, unfinished(), resume, problem);
  }

  private Optional<Unfinished> unfinished() {
    var being = directory.checkpoints().unfinished();
    if (being.isEmpty()) return Optional.empty();
    return Optional.of(new Unfinished(being.lastKey(), being.lastEntry().getValue()));
  }

  /** Empty when it vanished meanwhile. */
  private Optional<Folder> folder(long step, Path path) throws IOException {
    try {
      var attributes = Files.readAttributes(path, "unix:dev,ino,ctime,lastModifiedTime");
      var identity =
          List.of(attributes.get("dev"), attributes.get("ino"), attributes.get("lastModifiedTime"));
      var old = known.get(path);
      if (old != null && old.step() == step && old.identity().equals(identity)) {
        return Optional.of(old);
      }
      var completedAt = ((FileTime) attributes.get("ctime")).toInstant();
      var claims =
          SharedDirectory.declaration(path)
              .read()
              .map(said -> new Claims(said.requestId(), said.finished()))
              .orElse(Claims.NONE);
      var folder = new Folder(step, path, identity, completedAt, claims);
      known.put(path, folder);
      return Optional.of(folder);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
