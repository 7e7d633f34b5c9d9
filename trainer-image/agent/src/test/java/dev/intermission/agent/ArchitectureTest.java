package dev.intermission.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  private static final JavaClasses AGENT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.intermission.agent");

  @Test
  void packagesDependInOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("app")
        .definedBy("dev.intermission.agent")
        .layer("http")
        .definedBy("dev.intermission.agent.http")
        .layer("work")
        .definedBy("dev.intermission.agent.work")
        .layer("metrics")
        .definedBy("dev.intermission.agent.metrics")
        .layer("state")
        .definedBy("dev.intermission.agent.state")
        .layer("script")
        .definedBy("dev.intermission.agent.script")
        .layer("config")
        .definedBy("dev.intermission.agent.config")
        .whereLayer("app")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("http")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("work")
        .mayOnlyBeAccessedByLayers("app", "http")
        .whereLayer("metrics")
        .mayOnlyBeAccessedByLayers("app", "http", "work")
        .whereLayer("script")
        .mayOnlyBeAccessedByLayers("app")
        .whereLayer("state")
        .mayOnlyBeAccessedByLayers("app", "http", "work", "metrics")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("app", "http", "work", "script")
        .check(AGENT);
  }

  @Test
  void decisionsReadNoClockAndTouchNoFileThreadOrStore() {
    noClasses()
        .that()
        .resideInAPackage("dev.intermission.agent.state")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.nio\\.file\\.Files|java\\.lang\\.Thread|java\\.time\\.Clock|java\\.time\\.InstantSource|java\\.net\\..*|.*\\.(CheckpointWriter|CheckpointReader|ObjectStore|S3ObjectStore|JsonFile)")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(AGENT);
  }

  @Test
  void theAgentKnowsNeitherKubernetesNorTheTrainersClientNorTheSdkOfS3() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8..",
            "io.javaoperatorsdk..",
            "dev.intermission.api..",
            "dev.intermission.sdk",
            "software.amazon..")
        .check(AGENT);
  }

  @Test
  void httpNeverCallsTheStore() {
    noClasses()
        .that()
        .resideInAPackage("dev.intermission.agent.http")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.intermission.checkpoint..")
        .check(AGENT);
  }
}
