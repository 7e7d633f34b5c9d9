import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The trainer starts from nothing with libtorch, makes some steps, and is told to stop. There is no agent: its files are written here. */
record TrainerRehearsal(Path module) implements Rehearsal {

  @Override
  public Stage prepare() throws IOException {
    var folder = Files.createTempDirectory("rehearsal");
    Files.writeString(folder.resolve("agent.json"), "{\"restored\":\"none\",\"fenced\":false,\"newestRequestId\":0}");
    return new Alone(module.resolve("target/image/libtorch"), folder);
  }

  private record Alone(Path libtorch, Path folder) implements Stage {

    @Override
    public Map<String, String> environment() {
      return Map.of(
          "INTERMISSION_DIR", folder.toString(),
          "INTERMISSION_JOB", "rehearsal",
          "INTERMISSION_RUN", "1",
          "INTERMISSION_RANK", "0",
          "INTERMISSION_WORLD_SIZE", "1",
          "INTERMISSION_CHECKPOINT_EVERY_STEPS", "20",
          "PYTORCH_LIBRARY_PATH", libtorch.toString(),
          "PYTORCH_VERSION", "2.7.1",
          "PYTORCH_FLAVOR", "cpu");
    }

    @Override
    public void play(Process program) throws IOException, InterruptedException {
      Waiting.until("a checkpoint was written", program, () -> Files.isDirectory(folder.resolve("checkpoints/20")));
    }

    @Override
    public void close() throws IOException {
      Folders.remove(folder);
    }
  }
}
