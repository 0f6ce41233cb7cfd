package dev.pith.runtime;

import dev.pith.kernels.Target;
import dev.pith.kernels.VectorWidth;
import dev.pith.kernels.tensor.Tensor;
import dev.pith.kernels.x86.GeneratedCalls;
import dev.pith.runtime.device.Device;
import dev.pith.runtime.graph.Graph;
import dev.pith.runtime.graph.InvalidGraphException;
import dev.pith.runtime.graph.TensorType;
import dev.pith.runtime.graph.ValueInfo;
import dev.pith.runtime.plan.GraphEvaluator;
import dev.pith.runtime.plan.Plan;
import dev.pith.runtime.plan.Planner;
import dev.pith.runtime.plan.Specializer;
import dev.pith.runtime.plan.Specializer.Specialized;
import dev.pith.runtime.plan.Step;
import dev.pith.runtime.plan.StepTime;
import dev.pith.runtime.plan.ValueDependence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A model on a device. {@link #run} may be called from many threads at once; each call borrows a
 * workspace. Close the session before its model, when no run is under way.
 *
 * <p>Plans are made for each combination of input shapes (and of the values of small inputs that
 * decide shapes) and kept, the {@value #PLANS} most recent ones.
 */
public final class Session implements AutoCloseable {

  private static final int PLANS = 16;

  /** Inputs up to this many elements may be part of a plan's key by value. */
  private static final long KEY_ELEMENTS = 1024;

  private final Model model;
  private final Graph graph;
  private final Device device;
  private final GraphEvaluator evaluator;
  private final ReentrantLock planning = new ReentrantLock();

  /** By {@link #key}. */
  private final Map<List<Object>, Compiled> compiled =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  private volatile Set<String> shapeInputs = Set.of();
  private boolean closed;

  Session(Model model, Device device) {
    this.model = model;
    this.graph = model.graph();
    this.device = device;
    this.evaluator =
        new GraphEvaluator(
            device.target().isCpu()
                ? device.target()
                : Target.plainCpu(1).withVectorBits(VectorWidth.preferredBits()));
  }

  /** The device the session runs on; the session closes it. */
  public Device device() {
    return device;
  }

  /**
   * Runs the model on its only input.
   *
   * @throws IllegalArgumentException if the model does not have exactly one input, or the tensor
   *     does not fit it
   */
  public Map<String, Tensor> run(Tensor input) {
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "the model has the inputs " + graph.inputs() + "; give each by name");
    }
    return run(Map.of(graph.inputs().get(0).name(), input));
  }

  /**
   * Runs the model.
   *
   * @param inputs a dense tensor for each graph input, by name
   * @return a new tensor for each graph output, by name, in declared order
   * @throws IllegalArgumentException if an input is missing, unknown, or has the wrong element type
   *     or shape
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    InputCheck.check(graph, inputs);
    Compiled ready = borrow(inputs);
    try {
      return run(ready, inputs);
    } finally {
      giveBack(ready);
    }
  }

  private Map<String, Tensor> run(Compiled ready, Map<String, Tensor> inputs) {
    if (ready.executable() == null) {
      return evaluator.run(graph, inputs);
    }
    List<Tensor> results = ready.executable().run(ordered(ready.plan(), inputs));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.put(graph.outputNames().get(i), results.get(i));
    }
    return outputs;
  }

  private static List<Tensor> ordered(Plan plan, Map<String, Tensor> inputs) {
    List<Tensor> ordered = new ArrayList<>();
    plan.inputs().keySet().forEach(name -> ordered.add(inputs.get(name)));
    return ordered;
  }

  /**
   * Runs the model once and says how long each step of the plan took within that run: with the
   * session's threads, caches as other steps left them. A device is waited for after each step.
   * Times of one run scatter; take medians of several, after a warm-up.
   *
   * @param inputs as for {@link #run}
   * @return the steps in order; empty where shapes depend on data, so that there is no plan
   */
  public List<StepTime> profile(Map<String, Tensor> inputs) {
    InputCheck.check(graph, inputs);
    Compiled ready = borrow(inputs);
    try {
      if (ready.executable() == null) {
        return List.of();
      }
      long[] nanos = ready.executable().profile(ordered(ready.plan(), inputs));
      List<StepTime> times = new ArrayList<>();
      for (Step step : ready.plan().steps()) {
        times.add(new StepTime(step, nanos[times.size()]));
      }
      return times;
    } finally {
      giveBack(ready);
    }
  }

  /** The plan for inputs like these, or {@code null} where the graph is evaluated eagerly. */
  public Plan plan(Map<String, Tensor> inputs) {
    InputCheck.check(graph, inputs);
    Compiled ready = borrow(inputs);
    try {
      return ready.plan();
    } finally {
      giveBack(ready);
    }
  }

  /** Where this session's memory goes, as of now. */
  public Receipt receipt() {
    long workspaces = 0;
    planning.lock();
    try {
      for (Compiled entry : compiled.values()) {
        workspaces += entry.workspaceBytes();
      }
    } finally {
      planning.unlock();
    }
    return new Receipt(
        model.fileBytes(),
        Receipt.weightBytes(graph.constants().values()),
        model.decodedBytes(),
        device.repackedBytes(),
        device.sharedBytes(),
        device.releasedBytes(),
        workspaces,
        GeneratedCalls.codeBytes(),
        Receipt.peakRss());
  }

  private Compiled borrow(Map<String, Tensor> inputs) {
    planning.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the session is closed; make a new one from its model");
      }
      Compiled ready = compiled.get(key(inputs));
      if (ready == null) {
        ready = compile(inputs);
        compiled.put(key(inputs), ready);
        evictOldest();
      }
      ready.borrow();
      return ready;
    } finally {
      planning.unlock();
    }
  }

  private void giveBack(Compiled ready) {
    planning.lock();
    try {
      ready.giveBack();
    } finally {
      planning.unlock();
    }
  }

  private void evictOldest() {
    if (compiled.size() > PLANS) {
      List<Object> oldest = compiled.keySet().iterator().next();
      compiled.remove(oldest).retire();
    }
  }

  /**
   * What decides a plan: element type and shape of each input in order, and the values of those
   * that decide shapes. A list, since the methods of a record are made at the first run, which
   * costs milliseconds.
   */
  private List<Object> key(Map<String, Tensor> inputs) {
    List<Object> key = new ArrayList<>();
    for (ValueInfo input : graph.inputs()) {
      Tensor value = inputs.get(input.name());
      key.add(value.dtype());
      key.add(value.shape());
      if (shapeInputs.contains(input.name())) {
        key.add(bits(value));
      }
    }
    return key;
  }

  private static List<Long> bits(Tensor value) {
    List<Long> bits = new ArrayList<>();
    for (long i = 0; i < value.shape().elementCount(); i++) {
      bits.add(
          value.dtype().isFloat()
              ? Double.doubleToRawLongBits(value.getDouble(i))
              : value.getLong(i));
    }
    return bits;
  }

  private Compiled compile(Map<String, Tensor> inputs) {
    Specializer specializer = new Specializer(evaluator::evaluate);
    while (true) {
      Map<String, TensorType> types = new LinkedHashMap<>();
      Map<String, Tensor> values = new LinkedHashMap<>();
      for (ValueInfo input : graph.inputs()) {
        Tensor value = inputs.get(input.name());
        if (shapeInputs.contains(input.name())) {
          values.put(input.name(), value);
        } else {
          types.put(input.name(), new TensorType(value.dtype(), value.shape()));
        }
      }
      Specialized specialized = specializer.specialize(graph, types, values);
      if (specialized.isComplete()) {
        Plan plan = new Planner(device.selector(), device.alignment()).plan(specialized);
        return new Compiled(plan, device.compile(plan));
      }
      Set<String> deciding = ValueDependence.inputsOf(graph, specialized.blockedValue());
      long elements =
          deciding.stream().mapToLong(name -> inputs.get(name).shape().elementCount()).sum();
      if (shapeInputs.containsAll(deciding) || elements > KEY_ELEMENTS) {
        return eager(specialized);
      }
      Set<String> more = new HashSet<>(shapeInputs);
      more.addAll(deciding);
      shapeInputs = Set.copyOf(more);
    }
  }

  private Compiled eager(Specialized specialized) {
    if (!device.target().isCpu()) {
      throw new InvalidGraphException(
          "node "
              + specialized.blockedNode().name()
              + " ("
              + specialized.blockedNode().op().name()
              + ") has shapes that depend on data, which only the CPU runs; use device cpu");
    }
    return new Compiled(null, null);
  }

  @Override
  public void close() {
    planning.lock();
    try {
      if (!closed) {
        closed = true;
        compiled.values().forEach(Compiled::retire);
        compiled.clear();
        device.close();
      }
    } finally {
      planning.unlock();
    }
  }
}
