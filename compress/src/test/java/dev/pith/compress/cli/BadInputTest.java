package dev.pith.compress.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong: one line, the right exit code, no file made or changed. */
class BadInputTest extends CommandContract {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                           | a command is missing",
        "nonsense                                                   | nonsense",
        "eval DIR/a.pith                                            | --data",
        "eval DIR/none.pith --data npy:DIR/x.npy,DIR/y.npy          | none.pith",
        "eval DIR/out --data npy:DIR/x.npy,DIR/y.npy                | is a folder",
        "eval DIR/a.pith --data nothing                             | idx:DIR",
        "eval DIR/a.pith --data npy:DIR/none.npy,DIR/y.npy          | none.npy",
        "eval DIR/a.pith --data npy:DIR/x.npy                       | has no label",
        "eval DIR/a.pith --data npy:DIR/wide.npy,DIR/y.npy          | [5]",
        "eval DIR/a.pith --data npy:DIR/x.npy,DIR/far.npy           | label 7",
        "eval DIR/a.pith --data npy:DIR/x.npy,DIR/y.npy --limit 0   | --limit",
        "eval DIR/text.pith --data npy:DIR/x.npy,DIR/y.npy          | text.pith",
        "eval DIR/cut.pith --data npy:DIR/x.npy,DIR/y.npy           | cut.pith",
        "eval DIR/text.onnx --data npy:DIR/x.npy,DIR/y.npy          | text.onnx",
        "run DIR/a.pith --input x=DIR/none.npy                      | none.npy",
        "run DIR/a.pith --input z=DIR/x.npy                         | no input z",
        "run DIR/a.pith --input x=DIR/wide.npy                      | [2, 5]",
        "run DIR/a.pith --input x=DIR/whole.npy                     | I64",
        "run DIR/a.pith --input x=DIR/text.onnx                     | text.onnx",
        "run DIR/a.pith --input x=DIR/x.npy --output DIR/none       | none",
        "run DIR/a.pith --input x=DIR/x.npy --output DIR/no/o.npz   | no folder",
        "run DIR/a.pith                                             | --input",
        "run DIR/a.pith --input DIR/x.npy --input x=DIR/x.npy       | given twice",
        "run DIR/a.pith --input DIR/x.npy --threads -1              | --threads is -1",
        "compress DIR/text.onnx DIR/c.pith --threads -2             | --threads is -2",
        "bench DIR/a.pith --seconds -1                              | seconds",
        "bench DIR/a.pith --seconds 0.01 --shape x=2xx3             | 2xx3",
        "bench DIR/a.pith --seconds 0.01 --shape q=2x4              | no input q",
        "bench DIR/a.pith --seconds 0.01 --engine other             | other",
        "bench DIR/a.pith --threads -1                              | threads is -1",
        "bench DIR/a.pith --batch many                              | many",
        "compress DIR/none.onnx DIR/c.pith                          | none.onnx",
        "compress DIR/text.onnx DIR/c.pith                          | text.onnx",
        "compress DIR/text.onnx DIR/no/c.pith                       | no folder",
        "compress DIR/text.onnx DIR/kept                            | --force",
        "compress DIR/text.onnx DIR/out                             | is a folder",
        "compress DIR/text.onnx DIR/text.onnx --force               | same file",
        "compress DIR/text.onnx DIR/c.pith --prune unstructured:1   | sparsity",
        "compress DIR/text.onnx DIR/c.pith --prune unstructured:-0.1| sparsity",
        "compress DIR/text.onnx DIR/c.pith --prune unstructured:x   | sparsity",
        "compress DIR/text.onnx DIR/c.pith --prune strange:0.5      | strange",
        "compress DIR/text.onnx DIR/c.pith --quantize int7          | the options",
        "compress DIR/text.onnx DIR/c.pith --ranges mse             | --quantize",
        "compress DIR/text.onnx DIR/c.pith --recipe DIR/none.yaml   | none.yaml",
        "compress DIR/text.onnx DIR/c.pith --recipe DIR/kept        | kept",
        "compress DIR/text.onnx DIR/c.pith --recipe DIR/kept --quantize int8 | not both",
        "compress DIR/text.onnx DIR/c.pith --calibrate what --quantize int8  | idx:DIR",
        "inspect DIR/none.pith                                      | none.pith",
        "inspect DIR/cut.pith                                       | cut.pith",
        "explain DIR/text.pith                                      | text.pith",
        "profile DIR/text.pith                                      | text.pith",
        "profile DIR/a.pith --seconds 0                             | seconds",
        "verify DIR/text.pith                                       | text.pith",
        "demo --glyphs 3 --out DIR/demo                             | --glyphs",
      })
  void badInputIsOneLineAndExitTwo(String command, String hint) throws IOException {
    Set<String> before = names();
    Ran ran = command == null ? pith() : here(command);
    assertEquals(2, ran.code(), ran.err());
    assertEquals("", ran.out());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith("pith: "), ran.err());
    assertTrue(ran.err().contains(hint), ran.err());
    assertFalse(ran.err().contains("should not have happened"), ran.err());
    assertEquals(before, names());
    assertEquals("as it was", Files.readString(folder.resolve("kept")));
  }

  @Test
  void aMissingDeviceIsExitThree() {
    for (String device : List.of("nodevice", "cpu:7", "cpu:x")) {
      Ran ran = here("eval DIR/a.pith --data npy:DIR/x.npy,DIR/y.npy --device " + device);
      assertEquals(3, ran.code(), ran.err());
      assertEquals(1, ran.err().lines().count(), ran.err());
      assertTrue(ran.err().contains(device), ran.err());
    }
  }

  /** Whether the backend is there or not: either has no device of this number. */
  @Test
  void aMissingAcceleratorIsExitThreeAndOneLine() {
    for (String device : List.of("opencl:99", "cuda:99")) {
      Ran ran = here("devices --require " + device);
      assertEquals(3, ran.code(), ran.err());
      assertEquals("", ran.out());
      assertEquals(1, ran.err().lines().count(), ran.err());
      assertTrue(ran.err().startsWith("pith: device " + device.replace(":99", "")), ran.err());
    }
  }

  @Test
  void verboseShowsWhereErrorsComeFrom() {
    Ran ran = here("inspect DIR/none.pith --verbose");
    assertEquals(2, ran.code());
    assertTrue(ran.err().contains("\tat dev.pith."), ran.err());
  }

  @Test
  void aFullDiskLeavesNothing() throws IOException {
    Path target = folder.resolve("kept");
    Set<String> before = names();
    OutputFile output = OutputFile.of(target, /* force= */ true);
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                output.write(
                    beside -> {
                      Files.writeString(beside, "half of");
                      throw new IOException("No space left on device");
                    }));
    assertTrue(e.getMessage().contains("No space left"), e.getMessage());
    assertEquals(before, names());
    assertEquals("as it was", Files.readString(target));
  }

  @Test
  void aFileThatAppearsInTheMeantimeStays() throws IOException {
    Path target = folder.resolve("new");
    OutputFile output = OutputFile.of(target, /* force= */ false);
    Files.writeString(target, "of another program");
    assertThrows(
        IllegalArgumentException.class,
        () -> output.write(beside -> Files.writeString(beside, "ours")));
    assertEquals("of another program", Files.readString(target));
  }
}
