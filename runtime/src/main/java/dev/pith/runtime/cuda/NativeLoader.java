package dev.pith.runtime.cuda;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The operating system's loader of shared libraries, and the folders beside its own. */
interface NativeLoader {

  /**
   * Loads a library for good.
   *
   * @param library a file name, looked for where the system looks, or an absolute path
   * @return whether it was found and everything it needs with it
   */
  boolean load(String library);

  /**
   * Files of a folder whose names begin with {@code prefix}; none where there is no such folder.
   */
  List<Path> files(Path folder, String prefix);

  /** The loader of this process. */
  NativeLoader SYSTEM =
      new NativeLoader() {
        private static final System.Logger LOGGER = System.getLogger("dev.pith.runtime.cuda");

        @Override
        @SuppressWarnings("restricted") // loading is what this is for
        public boolean load(String library) {
          try {
            Path path = Path.of(library);
            if (path.isAbsolute()) {
              SymbolLookup.libraryLookup(path, Arena.global());
            } else {
              SymbolLookup.libraryLookup(library, Arena.global());
            }
            return true;
          } catch (IllegalArgumentException e) {
            LOGGER.log(Level.DEBUG, "{0} does not load: {1}", library, e.getMessage());
            return false;
          }
        }

        @Override
        public List<Path> files(Path folder, String prefix) {
          List<Path> found = new ArrayList<>();
          if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*")) {
              files.forEach(found::add);
            } catch (IOException e) {
              LOGGER.log(Level.DEBUG, "cannot list " + folder, e);
            }
          }
          found.sort(null);
          return found;
        }
      };
}
