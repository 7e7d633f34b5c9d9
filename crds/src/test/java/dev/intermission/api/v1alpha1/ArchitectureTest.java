package dev.intermission.api.v1alpha1;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.intermission", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule apiKnowsOnlyValuesAndTheirSerialization =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.util..",
              "java.time..",
              "java.io..",
              "dev.intermission.api..",
              "com.fasterxml.jackson..",
              "io.fabric8.kubernetes.api.model..",
              "io.fabric8.kubernetes.model.annotation..",
              "io.fabric8.crd.generator.annotation..",
              "io.fabric8.generator.annotation..",
              "io.fabric8.kubernetes.client",
              "io.fabric8.kubernetes.client.utils")
          .because(
              "it is what operator, command line and tests agree on, and drags nothing else along");

  @ArchTest
  static final ArchRule valuesNeverChange =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .areNotEnums()
          .and()
          .areDeclaredInClassesThat()
          .areNotPrivate() // a draft, which nobody else ever sees
          .should()
          .notBeFinal()
          .because("a plan is made from a status that stays as it was read");
}
