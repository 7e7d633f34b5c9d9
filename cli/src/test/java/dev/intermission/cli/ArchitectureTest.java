package dev.intermission.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the module. */
@AnalyzeClasses(
    packages = "dev.intermission.cli",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule cliKnowsTheCheckpointLibraryAndNoSdk =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.intermission.cli..",
              "dev.intermission.checkpoint..",
              "java..",
              "com.fasterxml.jackson..",
              "picocli..");
}
