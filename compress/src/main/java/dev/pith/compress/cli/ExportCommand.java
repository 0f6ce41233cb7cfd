package dev.pith.compress.cli;

import dev.pith.compress.export.OnnxExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pith export}: a compressed model as ONNX. */
@Command(
    name = "export",
    description = "Writes a .pith file as ONNX that other engines run: QDQ, zeros in place.",
    footer = {"", "Example:", "  pith export net.pith net-int8.onnx"})
final class ExportCommand extends CliCommand {

  @Parameters(index = "0", paramLabel = "FILE.pith", description = "The compressed model.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT.onnx", description = "The file to write.")
  private Path out;

  @Option(names = "--force", description = "Replace OUT.onnx if it exists.")
  private boolean force;

  @Override
  int run() throws IOException {
    OutputFile target = OutputFile.of(out, force);
    try (OpenModel opened = OpenModel.open(in)) {
      target.write(beside -> OnnxExporter.write(opened.model().graph(), beside));
    }
    print(out + ": " + Units.bytes(Files.size(out)));
    return Failures.DONE;
  }
}
