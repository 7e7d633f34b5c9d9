package dev.intermission.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between this module's packages, as docs/architecture.md draws them. */
@AnalyzeClasses(packages = "dev.intermission.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.intermission.operator.";

  @ArchTest
  static final ArchRule buildersArePure =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "resources..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client.dsl..",
              "io.fabric8.kubernetes.client.informers..",
              "io.javaoperatorsdk..",
              "java.net.http..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient");

  @ArchTest
  static final ArchRule onlyTheEntryPackageKnowsTheFramework =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule observingChangesNothing =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "observe..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "act..", ROOT + "record..", ROOT + "events..");

  @ArchTest
  static final ArchRule actingAndRecordingDoNotMeet =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "act..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "record..", ROOT + "observe..");

  @ArchTest
  static final ArchRule recordingOnlyRecords =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "record..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "act..", ROOT + "observe..", ROOT + "agents..", ROOT + "storage..");

  @ArchTest
  static final ArchRule agentsAndStorageDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "agents..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "storage..");

  @ArchTest
  static final ArchRule configurationIsReadAtTheEdgeOnly =
      classes()
          .that()
          .haveSimpleName("OperatorConfig")
          .should()
          .onlyBeAccessed()
          .byAnyPackage("dev.intermission.operator", ROOT + "config..");
}
