package dev.pith.compress.train;

import dev.pith.compress.train.ops.TorchTensors;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The state of a training in a file: steps done, and every tensor that changes, exactly. The file
 * is written beside its place and moved there, so that there is always a whole one.
 */
final class Checkpoint {

  private static final int MAGIC = 0x50744370;
  private static final int MAX_RANK = 16;

  private Checkpoint() {}

  static void save(Path file, TrainingRun run, Optimizer optimizer, List<Technique> techniques)
      throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    CRC32 crc = new CRC32();
    try (var _ = new PointerScope();
        DataOutputStream out =
            new DataOutputStream(
                new CheckedOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(beside)), crc))) {
      out.writeInt(MAGIC);
      out.writeUTF(fingerprint(run, techniques));
      out.writeLong(run.step());
      out.writeLong(optimizer.steps());
      write(out, run.graph().parameters());
      write(out, run.graph().buffers());
      write(out, optimizer.state());
      for (Technique technique : techniques) {
        write(out, technique.state());
      }
      out.writeLong(crc.getValue());
    }
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What must be equal for a training to go on: settings and techniques. */
  private static String fingerprint(TrainingRun run, List<Technique> techniques) {
    return run.settings() + " " + techniques.stream().map(Technique::name).toList();
  }

  private static void write(DataOutputStream out, Map<String, Tensor> tensors) throws IOException {
    out.writeInt(tensors.size());
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      out.writeUTF(entry.getKey());
      long[] dims = TorchTensors.dims(entry.getValue());
      out.writeInt(dims.length);
      for (long dim : dims) {
        out.writeLong(dim);
      }
      for (float value : TorchTensors.floats(entry.getValue())) {
        out.writeInt(Float.floatToRawIntBits(value));
      }
    }
  }

  static void load(Path file, TrainingRun run, Optimizer optimizer, List<Technique> techniques)
      throws IOException {
    CRC32 crc = new CRC32();
    try (var _ = new PointerScope();
        var _ = new NoGradGuard();
        DataInputStream in =
            new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), crc))) {
      if (in.readInt() != MAGIC) {
        throw new IOException(file + " is not a checkpoint of a training");
      }
      String made = in.readUTF();
      if (!made.equals(fingerprint(run, techniques))) {
        throw new IllegalArgumentException(
            file
                + " was made by a training with other settings ("
                + made
                + "); these are "
                + fingerprint(run, techniques)
                + "; start without --resume or restore the settings");
      }
      long step = in.readLong();
      long optimizerSteps = in.readLong();
      Map<String, Tensor> parameters = read(in);
      Map<String, Tensor> buffers = read(in);
      Map<String, Tensor> optimizerState = read(in);
      List<Map<String, Tensor>> states = new java.util.ArrayList<>();
      for (int i = 0; i < techniques.size(); i++) {
        states.add(read(in));
      }
      long sum = crc.getValue();
      if (in.readLong() != sum) {
        throw new IOException(file + " is damaged: its checksum does not fit its content");
      }
      assign(file, run.graph().parameters(), parameters);
      assign(file, run.graph().buffers(), buffers);
      optimizer.restore(optimizerSteps, optimizerState);
      for (int i = 0; i < techniques.size(); i++) {
        techniques.get(i).restore(run, states.get(i));
      }
      run.step(step);
    } catch (EOFException e) {
      throw new IOException(file + " is damaged: it ends too early", e);
    }
  }

  private static Map<String, Tensor> read(DataInputStream in) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      int rank = in.readInt();
      if (rank < 0 || rank > MAX_RANK) {
        throw new IOException("tensor " + name + " of the checkpoint has " + rank + " axes");
      }
      long[] dims = new long[rank];
      long elements = 1;
      for (int axis = 0; axis < rank; axis++) {
        dims[axis] = in.readLong();
        elements = Math.multiplyExact(elements, dims[axis]);
      }
      if (elements < 0 || elements > Integer.MAX_VALUE - 8) {
        throw new IOException(
            "tensor " + name + " of the checkpoint has " + elements + " elements");
      }
      float[] values = new float[(int) elements];
      for (int j = 0; j < values.length; j++) {
        values[j] = Float.intBitsToFloat(in.readInt());
      }
      tensors.put(name, TorchTensors.of(values, dims));
    }
    return tensors;
  }

  private static void assign(Path file, Map<String, Tensor> targets, Map<String, Tensor> saved)
      throws IOException {
    if (!targets.keySet().equals(saved.keySet())) {
      throw new IOException(file + " holds other weights than the graph has");
    }
    targets.forEach((name, target) -> target.copy_(saved.get(name)));
  }
}
