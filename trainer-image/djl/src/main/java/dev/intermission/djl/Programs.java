package dev.intermission.djl;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.builtin.TextProgram;
import dev.intermission.djl.builtin.TorchScriptProgram;
import dev.intermission.djl.program.TrainingProgram;
import dev.intermission.djl.settings.InvalidSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the program to train: one that the image brings, or a class of a jar that a user added. */
final class Programs {

  private final Path jars;

  /** Programs of the jars in that folder, which need not exist. */
  Programs(Path jars) {
    this.jars = jars;
  }

  /**
   * A new program.
   *
   * @throws InvalidSettings there is none of that name, or it cannot be made
   */
  TrainingProgram find(String name) {
    return switch (name) {
      case "digits" -> new DigitsProgram();
      case "text" -> new TextProgram();
      case "torchscript" -> new TorchScriptProgram();
      default -> make(name);
    };
  }

  private TrainingProgram make(String name) {
    try {
      return load(name).asSubclass(TrainingProgram.class).getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw refusal(
          name,
          "there is no such class in %s. The image brings digits, text and torchscript"
              .formatted(found().isEmpty() ? jars + ", which has no jars" : found()));
    } catch (ClassCastException e) {
      throw refusal(name, "the class does not implement " + TrainingProgram.class.getName());
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw refusal(name, "the class is not public with a public constructor without parameters");
    } catch (InvocationTargetException e) {
      throw refusal(name, "its constructor failed: " + e.getCause());
    } catch (LinkageError e) {
      throw refusal(name, "it needs a class that is in no jar of " + jars + ": " + e.getMessage());
    }
  }

  private Class<?> load(String name) throws ClassNotFoundException {
    var urls = found().stream().map(Programs::url).toArray(URL[]::new);
    // Never closed: a program loads classes as long as it trains.
    return Class.forName(name, true, new URLClassLoader(urls, Programs.class.getClassLoader()));
  }

  private List<Path> found() {
    if (!Files.isDirectory(jars)) return List.of();
    try (var files = Files.list(jars)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new InvalidSettings("--programs %s cannot be read: %s.".formatted(jars, e));
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError("a file has a URL", e);
    }
  }

  private static InvalidSettings refusal(String name, String why) {
    return new InvalidSettings("--program %s: %s. Nothing was started.".formatted(name, why));
  }
}
