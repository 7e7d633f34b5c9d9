package dev.intermission.e2e;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/** Who may share the cluster: every test with every other, but for those that break it. */
final class ClusterUse implements ResourceLocksProvider {

  @Override
  public Set<Lock> provideForMethod(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
    var mode =
        testMethod.isAnnotationPresent(Disruptive.class)
            ? ResourceAccessMode.READ_WRITE
            : ResourceAccessMode.READ;
    return Set.of(new Lock("the cluster", mode));
  }
}
