package dev.cloudlet.kernel.telemetry;

import java.util.Optional;

/** Traces nothing. */
final class NoTracing implements Tracing {
  static final NoTracing INSTANCE = new NoTracing();

  private NoTracing() {}

  @Override
  public boolean isOn() {
    return false;
  }

  @Override
  public Trace begin(String name, Trace.Kind kind, Optional<String> parent) {
    return NoTrace.INSTANCE;
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
