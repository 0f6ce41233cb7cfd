package dev.pith.compress.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Image files of a folder, sorted by path, decoded when they are asked for.
 *
 * <p>Labels come from a file of lines {@code name label} (a space, tab or comma between; the label
 * is a class number), else from the sub-folders: where all their names are numbers those are the
 * labels, otherwise the place in alphabetical order. Images in the folder itself have no label.
 */
final class ImageFolder implements PixelSource {

  private final List<Path> files;
  private final List<Integer> labels;
  private final List<String> names;

  private ImageFolder(List<Path> files, List<Integer> labels, List<String> names) {
    this.files = List.copyOf(files);
    this.labels = List.copyOf(labels);
    this.names = List.copyOf(names);
  }

  /**
   * Lists a folder.
   *
   * @param labelFile lines of names and labels, or {@code null}
   */
  static ImageFolder open(Path folder, Path labelFile) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    ImageFolder found =
        labelFile == null ? bySubfolders(folder) : byFile(folder, readLabels(labelFile), labelFile);
    if (found.files.isEmpty()) {
      throw new IOException(
          "there are no images in " + folder + " (PNG, JPEG, GIF, BMP, TIFF are looked for)");
    }
    return found;
  }

  private static List<Path> list(Path folder, int depth, boolean folders) throws IOException {
    try (Stream<Path> paths = Files.walk(folder, depth)) {
      return paths
          .filter(path -> folders ? Files.isDirectory(path) : Files.isRegularFile(path))
          .filter(path -> !path.equals(folder))
          .filter(path -> folders || ImageFiles.isImage(path))
          .sorted()
          .toList();
    }
  }

  private static ImageFolder bySubfolders(Path folder) throws IOException {
    List<Path> classes = new ArrayList<>();
    Map<Path, List<Path>> images = new LinkedHashMap<>();
    for (Path sub : list(folder, 1, true)) {
      List<Path> inside = list(sub, 16, false);
      if (!inside.isEmpty()) {
        classes.add(sub);
        images.put(sub, inside);
      }
    }
    boolean numbers =
        classes.stream().allMatch(sub -> sub.getFileName().toString().matches("\\d{1,6}"));
    List<Path> files = new ArrayList<>(list(folder, 1, false));
    List<Integer> labels = new ArrayList<>();
    files.forEach(file -> labels.add(-1));
    for (int i = 0; i < classes.size(); i++) {
      int label = numbers ? Integer.parseInt(classes.get(i).getFileName().toString()) : i;
      for (Path file : images.get(classes.get(i))) {
        files.add(file);
        labels.add(label);
      }
    }
    List<String> names =
        numbers ? List.of() : classes.stream().map(sub -> sub.getFileName().toString()).toList();
    return new ImageFolder(files, labels, names);
  }

  private static ImageFolder byFile(Path folder, Map<String, Integer> byName, Path labelFile)
      throws IOException {
    List<Path> files = list(folder, 16, false);
    List<Integer> labels = new ArrayList<>();
    Map<String, Integer> unused = new HashMap<>(byName);
    for (Path file : files) {
      String relative = folder.relativize(file).toString().replace('\\', '/');
      String key = byName.containsKey(relative) ? relative : file.getFileName().toString();
      labels.add(byName.getOrDefault(key, -1));
      unused.remove(key);
    }
    if (!unused.isEmpty()) {
      throw new IOException(
          labelFile
              + " names "
              + unused.keySet().iterator().next()
              + ", which is not in "
              + folder);
    }
    return new ImageFolder(files, labels, List.of());
  }

  private static Map<String, Integer> readLabels(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not text in UTF-8", e);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split("[,\t ]+(?=\\d+$)", -1);
      if (parts.length != 2 || parts[1].length() > 9) {
        throw new IOException(
            file
                + ", line "
                + (i + 1)
                + ": \""
                + line
                + "\" is not a file name and a class number");
      }
      labels.put(parts[0], Integer.parseInt(parts[1]));
    }
    return labels;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Pixels pixels(int index) throws IOException {
    return ImageFiles.read(files.get(index));
  }

  @Override
  public int label(int index) {
    return labels.get(index);
  }

  @Override
  public List<String> classNames() {
    return names;
  }
}
