package dev.pith.runtime.examples;

import dev.pith.kernels.tensor.Tensor;
import dev.pith.runtime.Model;
import dev.pith.runtime.Receipt;
import dev.pith.runtime.Session;
import dev.pith.runtime.SessionOptions;
import dev.pith.runtime.device.DeviceOptions.KernelSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A classifier that needs no more than the modules of Java that Pith needs: pixels come as bytes
 * (red plane, green plane, blue plane, as in CIFAR-10's files without the label).
 */
public final class SmallMachine {

  private SmallMachine() {}

  /**
   * {@code SmallMachine MODEL.pith [PIXELS]} prints the class, the time from the start of {@code
   * main} and the most memory the process had; grey pixels where no file is given.
   */
  public static void main(String[] args) throws IOException {
    long start = System.nanoTime();
    byte[] pixels = args.length > 1 ? Files.readAllBytes(Path.of(args[1])) : null;
    // Kernels in order of preference: timing them would take longer than a short life is worth. All
    // processors, as they prepare layers side by side.
    SessionOptions options =
        SessionOptions.defaults()
            .withDevice("cpu")
            .withThreads(Integer.getInteger("thr", 1))
            .withSelection(KernelSelection.PREFERRED);
    try (Model model = Model.load(Path.of(args[0]));
        Session session = model.newSession(options)) {
      int label = classify(model, session, pixels);
      long micros = (System.nanoTime() - start) / 1000;
      System.out.println(
          "class " + label + ", " + micros + " us, peak " + Receipt.peakRss() / 1024 + " KB");
    }
  }

  /** The likeliest class of an image; {@code null} for a grey one. */
  static int classify(Model model, Session session, byte[] pixels) throws IOException {
    long height = model.graph().inputs().get(0).dims().get(2).size();
    long width = model.graph().inputs().get(0).dims().get(3).size();
    float[] values = new float[(int) (3 * height * width)];
    if (pixels != null && pixels.length != values.length) {
      throw new IOException("an image has " + values.length + " bytes, not " + pixels.length);
    }
    for (int i = 0; pixels != null && i < values.length; i++) {
      values[i] = ((pixels[i] & 0xff) / 255f - 0.5f) / 0.25f;
    }
    Tensor logits =
        session.run(Tensor.of(values, 1, 3, height, width)).get(model.graph().outputNames().get(0));
    int best = 0;
    for (int c = 1; c < logits.shape().elementCount(); c++) {
      best = logits.getDouble(c) > logits.getDouble(best) ? c : best;
    }
    return best;
  }
}
