package dev.pith.runtime;

import dev.pith.runtime.device.Device;

/** Sessions on devices that tests made. */
public final class DeviceSessions {

  private DeviceSessions() {}

  /** A session of a model on {@code device}, which it closes. */
  public static Session over(Model model, Device device) {
    model.verify();
    return new Session(model, device);
  }
}
