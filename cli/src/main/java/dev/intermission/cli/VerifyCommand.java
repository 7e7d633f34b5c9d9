package dev.intermission.cli;

import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Progress;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.checkpoint.verify.Verifier;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubectl intermission checkpoints verify}. */
@Command(
    name = "verify",
    description = "Downloads and hashes every byte of a checkpoint.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Mixin private JobOptions job;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var address = job.address();
    var command = spec.commandLine();
    try (var store = job.store().open(address.bucket())) {
      var manifest = job.chosen(store);
      if (manifest.isEmpty()) {
        command.getErr().println(job.missing());
        return Intermission.NOT_THERE;
      }
      var verifier = new Verifier(store, address.layout(), RetryBudget.STANDARD, Clock.systemUTC());
      return switch (verifier.verify(manifest.get(), Mode.READ, Optional.empty(), progress())) {
        case Verification.Verified whole -> {
          command
              .getOut()
              .println(
                  "step "
                      + manifest.get().step()
                      + " is whole: "
                      + whole.objects()
                      + " objects, "
                      + whole.bytes()
                      + " bytes read");
          yield 0;
        }
        case Verification.Defective(var what, var reason) -> {
          command
              .getErr()
              .println(
                  reason
                      + ": "
                      + what
                      + " Nothing may resume from it; the operator falls back to its newest whole"
                      + " ancestor by itself.");
          yield Intermission.NOT_WHOLE;
        }
      };
    }
  }

  /** For people who watch: a terminal gets a line that counts. */
  private Progress progress() {
    if (System.console() == null || !System.console().isTerminal()) return Progress.NONE;
    var err = spec.commandLine().getErr();
    var done = new AtomicLong();
    return (bytes, ofBytes) -> {
      var percent = ofBytes == 0 ? 100 : done.addAndGet(bytes) * 100 / ofBytes;
      synchronized (err) {
        err.print("\r" + percent + " %" + (percent == 100 ? "\n" : ""));
        err.flush();
      }
    };
  }
}
