package dev.intermission.e2e;

import java.lang.reflect.Method;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/**
 * Who may share the cluster: every test with every other, but for those that break a part that both
 * use.
 */
final class ClusterUse implements ResourceLocksProvider {

  @Override
  public Set<Lock> provideForMethod(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
    Map<ClusterPart, ResourceAccessMode> uses = new EnumMap<>(ClusterPart.class);
    var kueue = testClass.isAnnotationPresent(WithKueue.class);
    uses.put(kueue ? ClusterPart.KUEUE : ClusterPart.OPERATOR, ResourceAccessMode.READ);
    var needs = testMethod.getAnnotation(Needs.class);
    if (needs != null) uses.put(needs.value(), ResourceAccessMode.READ);
    var breaks = testMethod.getAnnotation(Disruptive.class);
    if (breaks != null)
      for (var part : breaks.value()) uses.put(part, ResourceAccessMode.READ_WRITE);
    return uses.entrySet().stream()
        .map(use -> new Lock(use.getKey().name(), use.getValue()))
        .collect(Collectors.toSet());
  }
}
