package dev.intermission.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;

/**
 * What {@code examples/argocd/health.lua} says of a job. It runs as in Argo CD, with the object in
 * the global {@code obj} and without the libraries of the host.
 */
record ArgoHealth(String status, String message) {
  private static final Path SCRIPT =
      Path.of("").toAbsolutePath().getParent().resolve("examples/argocd/health.lua");
  private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();

  /** Of a job with this generation of its spec. */
  static ArgoHealth of(TrainingJobStatus status, long generation) {
    var object = Map.of("metadata", Map.of("generation", generation), "status", status);
    return of(JSON.valueToTree(object));
  }

  /** Of an object as the API server gives it. */
  static ArgoHealth of(JsonNode object) {
    var globals = new Globals();
    globals.load(new BaseLib());
    LoadState.install(globals);
    LuaC.install(globals);
    globals.set("obj", lua(object));
    var said = globals.load(script(), "health.lua").call();
    return new ArgoHealth(said.get("status").tojstring(), said.get("message").optjstring(""));
  }

  private static String script() {
    try {
      return Files.readString(SCRIPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LuaValue lua(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var table = new LuaTable();
        node.properties().forEach(field -> table.set(field.getKey(), lua(field.getValue())));
        yield table;
      }
      case ARRAY -> {
        var table = new LuaTable();
        for (var item : node) table.set(table.length() + 1, lua(item));
        yield table;
      }
      case NUMBER -> LuaValue.valueOf(node.doubleValue());
      case BOOLEAN -> LuaValue.valueOf(node.booleanValue());
      case STRING -> LuaValue.valueOf(node.textValue());
      default -> LuaValue.NIL;
    };
  }
}
