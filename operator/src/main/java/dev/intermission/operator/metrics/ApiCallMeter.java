package dev.intermission.operator.metrics;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;

/** Counts what the API server answers. */
public record ApiCallMeter(OperatorMetrics metrics) implements Interceptor {
  public static final String NAME = "intermission-api-calls";

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    metrics.apiServerAnswered(request.method(), response.code());
  }
}
