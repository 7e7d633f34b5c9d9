package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.time.Duration;

/**
 * The serialization that every client of this API needs: {@code new
 * KubernetesClientBuilder().withKubernetesSerialization( ApiSerialization.create())}. It teaches
 * Fabric8 {@code Optional} and leaves absent values out.
 */
public final class ApiSerialization {

  private ApiSerialization() {}

  /** A new serialization; one per client, thread-safe. */
  public static KubernetesSerialization create() {
    return around(new ObjectMapper());
  }

  /** The same, around a mapper that the caller needs too. */
  static KubernetesSerialization around(ObjectMapper mapper) {
    var serialization = new KubernetesSerialization(mapper, true);
    mapper.registerModule(new Jdk8Module());
    mapper.registerModule(durations());
    // An operator that was rolled back reads what its successor recorded, and goes on
    mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    mapper.setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT);
    return serialization;
  }

  private static SimpleModule durations() {
    return new SimpleModule("durations")
        .addSerializer(Duration.class, new AsText())
        .addDeserializer(Duration.class, new FromText());
  }

  private static final class AsText extends StdScalarSerializer<Duration> {
    AsText() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(Durations.format(value));
    }
  }

  private static final class FromText extends StdScalarDeserializer<Duration> {
    FromText() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Durations.parse(in.getValueAsString(""));
    }
  }
}
