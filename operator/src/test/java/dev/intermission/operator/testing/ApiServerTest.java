package dev.intermission.operator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A test class that is handed the {@link TestingCluster}; one for all classes, never skipped. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ApiServerTest.Started.class)
public @interface ApiServerTest {

  /** Starts it at the first use; JUnit closes it at the end of the run. */
  final class Started implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestingCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(TestingCluster.class))
          .getOrComputeIfAbsent(TestingCluster.class, _ -> start(), TestingCluster.class);
    }

    private static TestingCluster start() {
      try {
        return new TestingCluster(Files.createTempDirectory("api-server"));
      } catch (IOException cause) {
        throw new UncheckedIOException(cause);
      }
    }
  }
}
