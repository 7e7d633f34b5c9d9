package dev.intermission.sdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.intermission", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theSdkNeedsJacksonAndALoggingFacadeAndNothingElse =
      classes()
          .that()
          .resideInAPackage("dev.intermission.sdk..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.intermission.sdk..", "java..", "com.fasterxml.jackson..", "org.slf4j..");

  @ArchTest
  static final ArchRule theDirectoryKnowsNoSession =
      noClasses()
          .that()
          .resideInAPackage("dev.intermission.sdk.directory")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.intermission.sdk");

  @ArchTest
  static final ArchRule jsonIsSpokenInTheDirectoryPackageOnly =
      noClasses()
          .that()
          .resideInAPackage("dev.intermission.sdk")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson..");
}
