package dev.cloudlet.kernel.telemetry;

import java.util.Optional;

/** A piece of work that is not traced. */
final class NoTrace implements Trace {
  static final NoTrace INSTANCE = new NoTrace();

  private NoTrace() {}

  @Override
  public Trace child(String name, Kind kind) {
    return this;
  }

  @Override
  public Trace named(String name) {
    return this;
  }

  @Override
  public Trace with(String key, String value) {
    return this;
  }

  @Override
  public Trace with(String key, long value) {
    return this;
  }

  @Override
  public void failed(String reason) {
    // Nobody is told.
  }

  @Override
  public void end() {
    // It never began.
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Optional<String> parent() {
    return Optional.empty();
  }
}
