package dev.intermission.sdk.directory;

import java.nio.file.Path;

/**
 * The directory that a trainer and its agent share; every path of docs/trainer-contract.md is built
 * here and nowhere else.
 */
public record SharedDirectory(Path root) {

  public static final String CHECKPOINT_JSON = "checkpoint.json";

  public SharedDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** What the agent wants of the trainer now. Written by the agent alone. */
  public JsonFile<Request> control() {
    return new JsonFile<>(
        root.resolve("control.json"),
        Json.of(ControlFile.class).map(ControlFile::request, ControlFile::of));
  }

  /** How far the trainer is. Written by the trainer alone. */
  public JsonFile<ProgressFile> progress() {
    return new JsonFile<>(root.resolve("progress.json"), Json.of(ProgressFile.class));
  }

  /** What the agent did. Written by the agent alone. */
  public JsonFile<AgentFile> agent() {
    return new JsonFile<>(root.resolve("agent.json"), Json.of(AgentFile.class));
  }

  /** What the agent remembers of a script whose part it takes. Written by the agent alone. */
  public JsonFile<ScriptFile> script() {
    return new JsonFile<>(root.resolve("script.json"), Json.of(ScriptFile.class));
  }

  /** The checkpoint to continue from; complete once {@code agent.json} says {@code restored}. */
  public Path resume() {
    return root.resolve("resume");
  }

  /** The folders of saved steps, complete and torn ones. */
  public CheckpointFolders checkpoints() {
    return new CheckpointFolders(root.resolve("checkpoints"));
  }

  /**
   * What the checkpoint in {@code folder} says about itself; empty when it says nothing, as a
   * checkpoint of a foreign script may.
   */
  public static JsonFile<CheckpointDeclaration> declaration(Path folder) {
    return new JsonFile<>(folder.resolve(CHECKPOINT_JSON), Json.of(CheckpointDeclaration.class));
  }
}
