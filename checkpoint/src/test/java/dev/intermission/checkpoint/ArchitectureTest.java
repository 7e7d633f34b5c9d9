package dev.intermission.checkpoint;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the module: what each package may import. */
@AnalyzeClasses(
    packages = "dev.intermission.checkpoint",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String HERE = "dev.intermission.checkpoint.";

  @ArchTest
  static final ArchRule arrowsPointDownwards =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("operations")
          .definedBy(
              HERE + "save..",
              HERE + "fork..",
              HERE + "restore..",
              HERE + "verify..",
              HERE + "retention..",
              HERE + "catalogue..")
          .layer("protocol")
          .definedBy(HERE + "protocol..")
          .layer("manifest")
          .definedBy(HERE + "manifest..")
          .layer("s3")
          .definedBy(HERE + "s3..")
          .layer("names")
          .definedBy(HERE + "layout..", HERE + "failure..", HERE + "parallel..")
          .whereLayer("operations")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("protocol")
          .mayOnlyBeAccessedByLayers("operations")
          .whereLayer("manifest")
          .mayOnlyBeAccessedByLayers("operations", "protocol")
          .whereLayer("s3")
          .mayOnlyBeAccessedByLayers("operations", "protocol", "manifest");

  @ArchTest
  static final ArchRule noCycles = slices().matching(HERE + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyS3KnowsTheSdk =
      noClasses()
          .that()
          .resideOutsideOfPackage(HERE + "s3..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  /**
   * What is uploaded in several requests and never finished costs money and shows in no listing:
   * nothing of ours can leave it behind, so the collector need not look for it.
   */
  @ArchTest
  static final ArchRule noUploadTakesMoreThanOneRequest =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching(".*(MultipartUpload|UploadPart|S3AsyncClient|TransferManager).*");

  @ArchTest
  static final ArchRule nobodyKnowsKubernetesOrTheOtherModules =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.intermission.checkpoint..",
              "java..",
              "javax.net.ssl..",
              "com.fasterxml.jackson..",
              "org.slf4j..",
              "software.amazon..");

  @ArchTest
  static final ArchRule onlyTheRetryBudgetSleeps =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(HERE + "s3.RetryBudget")
          .should()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);
}
