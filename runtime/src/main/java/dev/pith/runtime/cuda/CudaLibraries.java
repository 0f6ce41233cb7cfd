package dev.pith.runtime.cuda;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which of CUDA's libraries are here: found by name, where the system looks, then in the folders
 * CUDA is usually installed to, and loaded, so that JCuda's own natives find them in the process.
 *
 * @param missing what is missing and how to get it, by library
 */
record CudaLibraries(Map<Library, String> missing) {

  /** The version of CUDA that JCuda's natives are made for. */
  private static final int MAJOR = 12;

  private static final String TOOLKIT =
      "install the CUDA 12 runtime libraries (packages cuda-nvrtc-12-6, libcublas-12-6 and"
          + " libcusparse-12-6, or a container such as nvidia/cuda:12.6.3-runtime-ubuntu24.04), or"
          + " name their folder in LD_LIBRARY_PATH";

  /** A library of CUDA. */
  enum Library {
    /** The driver. */
    DRIVER("libcuda.so", 1),
    /** The compiler. */
    NVRTC("libnvrtc.so", MAJOR),
    /** Dense linear algebra, and what it needs. */
    CUBLAS("libcublas.so", MAJOR, "libcublasLt.so"),
    /** Sparse linear algebra, and what it needs. */
    CUSPARSE("libcusparse.so", MAJOR, "libnvJitLink.so");

    private final String name;
    private final int major;
    private final String needed;

    Library(String name, int major) {
      this(name, major, null);
    }

    Library(String name, int major, String needed) {
      this.name = name;
      this.major = major;
      this.needed = needed;
    }

    /** The file that is looked for. */
    String file() {
      return name + "." + major;
    }
  }

  /** Where CUDA's libraries usually are when the system's loader does not know them. */
  static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/local/cuda-12/lib64"),
          Path.of("/usr/local/cuda/lib64"),
          Path.of("/usr/local/cuda/targets/x86_64-linux/lib"),
          Path.of("/usr/local/nvidia/lib64"),
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib/wsl/lib"));

  /** Looks for the libraries and loads them. */
  static CudaLibraries find(NativeLoader loader) {
    Map<Library, String> missing = new LinkedHashMap<>();
    for (Library library : Library.values()) {
      String problem = library == Library.DRIVER ? driver(loader) : library(loader, library);
      if (problem != null) {
        missing.put(library, problem);
      }
    }
    return new CudaLibraries(missing);
  }

  private static boolean load(NativeLoader loader, String file) {
    return loader.load(file)
        || FOLDERS.stream()
            .flatMap(folder -> loader.files(folder, file).stream())
            .anyMatch(found -> loader.load(found.toString()));
  }

  private static String places() {
    return "where the system looks and in "
        + FOLDERS.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static String driver(NativeLoader loader) {
    String file = Library.DRIVER.file();
    return load(loader, file)
        ? null
        : "no NVIDIA driver: "
            + file
            + " was looked for "
            + places()
            + "; install the driver of your GPU (525.60 or newer), and in a container start it with"
            + " --gpus all";
  }

  private static String library(NativeLoader loader, Library library) {
    if (library.needed != null) {
      load(loader, library.needed + "." + MAJOR);
    }
    if (load(loader, library.file())) {
      return null;
    }
    List<String> others = new ArrayList<>();
    for (Path folder : FOLDERS) {
      for (Path found : loader.files(folder, library.name + ".")) {
        String version = found.getFileName().toString().substring(library.name.length() + 1);
        if (version.matches("\\d+") && Integer.parseInt(version) != library.major) {
          others.add(found.toString());
        }
      }
    }
    for (int major : new int[] {library.major + 1, library.major - 1}) {
      String file = library.name + "." + major;
      if (others.isEmpty() && loader.load(file)) {
        others.add(file + " where the system looks");
      }
    }
    return library.file()
        + " was looked for "
        + places()
        + (others.isEmpty()
            ? " and not found; "
            : "; there is " + others.get(0) + ", which is not of CUDA " + MAJOR + "; ")
        + TOOLKIT;
  }

  /** Whether a library is here. */
  boolean has(Library library) {
    return !missing.containsKey(library);
  }
}
