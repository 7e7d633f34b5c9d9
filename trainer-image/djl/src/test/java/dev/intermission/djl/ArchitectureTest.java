package dev.intermission.djl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.intermission.djl",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule importsPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("program")
          .definedBy("dev.intermission.djl")
          .layer("state")
          .definedBy("dev.intermission.djl.state")
          .layer("learn")
          .definedBy("dev.intermission.djl.learn")
          .layer("builtin")
          .definedBy("dev.intermission.djl.builtin")
          .layer("interface")
          .definedBy("dev.intermission.djl.program")
          .layer("settings")
          .definedBy("dev.intermission.djl.settings")
          .layer("metrics")
          .definedBy("dev.intermission.djl.metrics")
          .layer("data")
          .definedBy("dev.intermission.djl.data")
          .whereLayer("program")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("state")
          .mayOnlyBeAccessedByLayers("program")
          .whereLayer("builtin")
          .mayOnlyBeAccessedByLayers("program")
          .whereLayer("interface")
          .mayOnlyBeAccessedByLayers("builtin", "learn", "program")
          .whereLayer("metrics")
          .mayOnlyBeAccessedByLayers("program")
          .whereLayer("settings")
          .mayOnlyBeAccessedByLayers("program")
          .whereLayer("learn")
          .mayOnlyBeAccessedByLayers("state", "program");

  @ArchTest
  static final ArchRule onlyLearningAndProgramsKnowTheFramework =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.intermission.djl.learn",
              "dev.intermission.djl.program",
              "dev.intermission.djl.builtin")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule noNumberIsAnOperandThatBackwardReads =
      noClasses()
          .should()
          .callMethod(NDArray.class, "mul", Number.class)
          .orShould()
          .callMethod(NDArray.class, "div", Number.class)
          .orShould()
          .callMethod(NDArray.class, "pow", Number.class)
          .because(
              "DJL makes a tensor of the number over memory of the JVM and lets go of it at once: a"
                  + " garbage collection before backward, and the gradients are noise; give a"
                  + " tensor of the step's manager");

  @ArchTest
  static final ArchRule ofIntermissionOnlyTheSdkIsKnown =
      classes()
          .that()
          .resideInAPackage("dev.intermission.djl..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.intermission.djl..",
              "dev.intermission.sdk",
              "java..",
              "ai.djl..",
              "com.fasterxml.jackson..",
              "org.slf4j..",
              "picocli..");
}
