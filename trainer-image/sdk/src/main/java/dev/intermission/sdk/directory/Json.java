package dev.intermission.sdk.directory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * How one kind of file is read and written as JSON: unknown fields are ignored, absent ones left
 * out.
 */
record Json<T>(Decode<T> decode, Encode<T> encode) {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer agent may say more
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  interface Decode<T> {
    T decode(byte[] bytes) throws IOException;
  }

  interface Encode<T> {
    byte[] encode(T value) throws JsonProcessingException;
  }

  interface Reading<T, U> {
    U read(T value) throws JsonProcessingException;
  }

  interface Writing<T, U> {
    T write(U value);
  }

  static <T> Json<T> of(Class<T> type) {
    return new Json<>(bytes -> MAPPER.readValue(bytes, type), MAPPER::writeValueAsBytes);
  }

  <U> Json<U> map(Reading<T, U> reading, Writing<T, U> writing) {
    return new Json<>(
        bytes -> reading.read(decode.decode(bytes)), value -> encode.encode(writing.write(value)));
  }
}
