package dev.pith.bench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who may use whom: the one-way line kernels ← runtime ← compress ← bench, and what stays apart.
 */
@Tag("sources")
class ArchitectureTest {

  private static JavaClasses code;

  @BeforeAll
  static void readClasses() {
    code =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.pith");
  }

  @Test
  void kernelsUseNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("dev.pith.kernels..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("dev.pith.kernels..", "java..", "jdk.incubator.vector.."))
        .check(code);
  }

  @Test
  void dependenciesPointOneWay() {
    noClasses()
        .that()
        .resideInAPackage("dev.pith.runtime..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.pith.compress..", "dev.pith.bench.."))
        .check(code);
    noClasses()
        .that()
        .resideInAPackage("dev.pith.compress..")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.pith.bench.."))
        .check(code);
  }

  @Test
  void onlyVectorClassesUseTheVectorApi() {
    noClasses()
        .that(not(outermostNamed("Vector")))
        .should()
        .dependOnClassesThat(resideInAPackage("jdk.incubator.vector.."))
        .check(code);
  }

  private static DescribedPredicate<JavaClass> outermostNamed(String prefix) {
    return DescribedPredicate.describe(
        "belong to a class named " + prefix + "*",
        type -> {
          String name = type.getName().substring(type.getPackageName().length() + 1);
          return name.startsWith(prefix);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "jcuda.., dev.pith.runtime.cuda..",
    "org.lwjgl.., dev.pith.runtime.opencl..",
    "org.bytedeco.., dev.pith.compress.train..",
    "ai.onnx.., dev.pith.[compress|bench]..",
    "ai.onnxruntime.., dev.pith.bench.."
  })
  void librariesStayInTheirPackage(String library, String home) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .check(code);
  }

  @Test
  void machineCodeIsMadeInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.pith.kernels.x86..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .check(code);
  }

  @Test
  void settingsAreReadInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.pith.runtime.Settings")
        .should()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class, String.class)
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .check(code);
  }

  @Test
  void onlyTheCommandLineAndBenchmarksPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.pith.compress.cli..", "dev.pith.bench..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(code);
  }

  @ParameterizedTest
  @CsvSource({"dev.pith.kernels", "dev.pith.runtime", "dev.pith.compress"})
  void packagesOfAModuleFormNoCycle(String module) {
    slices().matching(module + ".(*)..").should().beFreeOfCycles().check(code);
  }

  @Test
  void referencesUseNoOtherKernel() {
    noClasses()
        .that()
        .haveSimpleNameStartingWith("Reference")
        .should()
        .dependOnClassesThat()
        .haveSimpleNameStartingWith("Vector")
        .orShould()
        .dependOnClassesThat()
        .haveSimpleNameStartingWith("X86")
        .check(code);
  }
}
