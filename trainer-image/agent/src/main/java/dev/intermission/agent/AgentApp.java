package dev.intermission.agent;

import dev.intermission.agent.config.AgentConfig;
import dev.intermission.agent.http.AgentServer;
import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.script.StandIn;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Lease;
import dev.intermission.agent.work.Board;
import dev.intermission.agent.work.Enrolling;
import dev.intermission.agent.work.Journal;
import dev.intermission.agent.work.Releasing;
import dev.intermission.agent.work.Requests;
import dev.intermission.agent.work.Restoring;
import dev.intermission.agent.work.Starting;
import dev.intermission.agent.work.Stopping;
import dev.intermission.agent.work.Uploading;
import dev.intermission.agent.work.Watching;
import dev.intermission.sdk.directory.SharedDirectory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One agent, wired: four threads that work, one server that answers, one board between them. */
public final class AgentApp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AgentApp.class);
  private static final int SOFTWARE_DEFECT = 70; // as in sysexits.h
  private static final Duration LOOP_ENDS_WITHIN = Duration.ofSeconds(1);

  private final AgentServer server;
  private final AgentStore store;
  private final List<Thread> threads;
  private final Stopping stopping;
  private final Duration stopLimit;

  private AgentApp(
      AgentServer server,
      AgentStore store,
      List<Thread> threads,
      Stopping stopping,
      Duration stopLimit) {
    this.server = server;
    this.store = store;
    this.threads = threads;
    this.stopping = stopping;
    this.stopLimit = stopLimit;
  }

  /**
   * Starts to wait for the seal, to watch and to answer; what an earlier process of this pod left
   * is taken up.
   */
  public static AgentApp start(AgentConfig config) {
    var directory = new SharedDirectory(config.volume().directory());
    var journal = new Journal(directory);
    var lease = new Lease(config.patience().holdLease(), System.nanoTime());
    var board =
        new Board(Facts.atStart(Requests.remembered(journal.memory(), journal.told(), lease)));
    var clock = InstantSource.system();
    var metrics = new Metrics(board::facts, clock);
    var requests = new Requests(board, journal, System::nanoTime);
    var store = AgentStore.open(config);
    var vault = store.vault();
    var notes = new Starting.Notes(board, journal);
    var restoring = new Restoring(config.self(), vault, directory, notes, metrics);
    var watching = new Watching(directory, board);
    watching.lookAgain(); // or a hook that comes at once would find nothing to save
    var standIn =
        config.volume().watch().map(watch -> StandIn.of(watch, directory, config.self().podUid()));
    var loops = new HashMap<String, Runnable>();
    loops.put(
        "start", new Starting(config.self(), config.store().floor(), vault, notes, restoring));
    loops.put("watch", watching);
    loops.put("upload", new Uploading(config.self(), vault, notes, metrics, clock));
    loops.put("release", new Releasing(vault, board, requests, System::nanoTime));
    standIn.ifPresent(script -> loops.put("script", script));
    var threads =
        loops.entrySet().stream().map(loop -> thread(loop.getKey(), loop.getValue())).toList();
    var office = new AgentServer.Office(board, requests, new Enrolling(config.self(), notes));
    var server = AgentServer.open(config, office, metrics, clock);
    Runnable lastLook = () -> standIn.ifPresent(StandIn::finish);
    var patience = config.patience();
    var stopping = new Stopping(lastLook, watching, board, patience.stopForOthers());
    return new AgentApp(server, store, threads, stopping, patience.stop());
  }

  /** The port that it answers at. */
  public int port() {
    return server.port();
  }

  /** Returns never; SIGTERM ends the process as {@link #stop} does. */
  void runUntilTheEnd() throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "end"));
    new CountDownLatch(1).await();
  }

  /** Ends after what is complete was saved, or the grace is over. */
  public void stop() {
    try {
      stopping.finish(stopLimit);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /**
   * Ends at once: what is in flight is taken up by the next process of this pod. When this returns,
   * no loop touches the directory any more, unless one hangs in the kernel.
   */
  @Override
  public void close() {
    server.close();
    threads.forEach(Thread::interrupt);
    store.close();
    try {
      for (var thread : threads) thread.join(LOOP_ENDS_WITHIN);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(String name, Runnable loop) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .uncaughtExceptionHandler(
            (thread, defect) -> {
              if (thread.isInterrupted())
                return; // close() ends loops in the middle of what they do
              // A loop that ended would leave an agent that looks alive; the next process finds
              // everything in the directory.
              LOG.atError()
                  .setCause(defect)
                  .log("a defect ended this loop; the agent starts again");
              Runtime.getRuntime().exit(SOFTWARE_DEFECT);
            })
        .start(loop);
  }
}
