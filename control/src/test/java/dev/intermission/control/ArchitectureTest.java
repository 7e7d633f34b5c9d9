package dev.intermission.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  private static final JavaClasses CONTROL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.intermission");

  @Test
  void controlKnowsNoOtherModuleAndNoKubernetesOrS3() {
    classes()
        .that()
        .resideInAPackage("dev.intermission..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.intermission.control..", "java..", "com.fasterxml.jackson..")
        .check(CONTROL);
  }

  @Test
  void controlOpensNoConnectionAndNoFile() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .check(CONTROL);
  }
}
