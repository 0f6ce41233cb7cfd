package dev.pith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.pith.kernels.HostKernel;
import dev.pith.kernels.Kernel;
import dev.pith.kernels.KernelFamilies;
import dev.pith.kernels.KernelFamily;
import dev.pith.kernels.LibraryKernel;
import dev.pith.runtime.graph.Op;
import dev.pith.runtime.graph.ops.Ops;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever writes a kernel or an operation also adds it to its list. */
@Tag("sources")
class ListsTest {

  private static Set<String> implementations(Class<?> contract) {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.pith")
            .stream()
            .filter(type -> type.isAssignableTo(contract))
            .filter(type -> !type.isInterface())
            .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
            .filter(type -> !type.isAnonymousClass())
            .map(JavaClass::getName)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyKernelIsInItsFamily() {
    Set<String> listed =
        KernelFamilies.ALL.stream()
            .flatMap(family -> family.kernels().stream())
            .map(kernel -> kernel.getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    // Kernels that call libraries belong to a device, which lists them.
    Set<String> own = implementations(Kernel.class);
    own.removeAll(implementations(LibraryKernel.class));
    assertEquals(own, listed);
  }

  @Test
  void generatedKernelsSaySo() {
    for (KernelFamily<?> family : KernelFamilies.ALL) {
      for (Kernel<?> kernel : family.kernels()) {
        boolean generated = kernel.getClass().getSimpleName().startsWith("X86");
        assertEquals(generated, kernel instanceof HostKernel<?> host && host.isGenerated());
      }
    }
  }

  @Test
  void everyOperationIsListed() {
    Set<String> listed =
        Ops.ALL.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(implementations(Op.class), listed);
  }

  @Test
  void kernelNamesAreUniqueAndTheReferenceIsLast() {
    Set<String> names = new TreeSet<>();
    for (KernelFamily<?> family : KernelFamilies.ALL) {
      for (Kernel<?> kernel : family.kernels()) {
        assertTrue(names.add(kernel.name()), kernel.name() + " is the name of two kernels");
        assertTrue(kernel.name().matches("[a-z][a-z0-9_]*"), kernel.name());
      }
      assertTrue(family.reference().name().startsWith("reference_"), family.toString());
    }
  }
}
