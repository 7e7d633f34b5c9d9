import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A short run of the real program against small stand-ins of its neighbours, so that the JVM learns what a start and a day's work load. */
interface Rehearsal {

  /** Opens the stand-ins. */
  Stage prepare() throws IOException;

  /** The stand-ins of one run, on ports and folders of their own. */
  interface Stage extends AutoCloseable {
    Map<String, String> environment();

    /** Returns when the program has done what it is to be good at. Throws when it ends before or does not get there. */
    void play(Process program) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }

  static Rehearsal named(String name, Path module) {
    return switch (name) {
      case "operator" -> new OperatorRehearsal();
      case "agent" -> new AgentRehearsal();
      case "trainer" -> new TrainerRehearsal(module);
      default -> throw new IllegalArgumentException("no rehearsal is called " + name);
    };
  }
}
