package dev.intermission.e2e;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands out the shared {@link TestBed}, or that of all tests {@link WithKueue}, and, for each test,
 * a fresh {@link Team}; a failed test leaves what the cluster knew under target/e2e.
 */
final class TestBedExtension implements ParameterResolver, AfterEachCallback {

  private static final Namespace OURS = Namespace.create(TestBedExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return type == TestBed.class || type == Team.class || type == Expectations.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var bed = bed(context);
    var type = parameter.getParameter().getType();
    if (type == TestBed.class) return bed;
    if (type == Expectations.class) return new Expectations(bed);
    return context
        .getStore(OURS)
        .getOrComputeIfAbsent(
            Team.class, absent -> Team.open(bed, context.getDisplayName()), Team.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var team = context.getStore(OURS).remove(Team.class, Team.class);
    if (team == null) return;
    if (context.getExecutionException().isPresent()) team.writeEvidence();
    team.close();
  }

  /** Each lives in the store of those that it is for, which closes it after the last of them. */
  private static TestBed bed(ExtensionContext context) {
    return context.getRequiredTestClass().isAnnotationPresent(WithKueue.class)
        ? shared(context.getParent().orElseThrow(), WithKueue.class, TestBed::openWithKueue)
        : shared(context.getRoot(), Shared.class, TestBed::open);
  }

  private static TestBed shared(ExtensionContext owner, Object key, Supplier<TestBed> open) {
    return owner
        .getStore(OURS)
        .getOrComputeIfAbsent(key, absent -> new Shared(open.get()), Shared.class)
        .bed();
  }

  private record Shared(TestBed bed) implements AutoCloseable {
    @Override
    public void close() {
      bed.close();
    }
  }
}
