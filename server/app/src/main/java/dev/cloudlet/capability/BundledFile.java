package dev.cloudlet.capability;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Files that are packed with the classes. One that lacks is a fault of the build. */
public final class BundledFile {
  private BundledFile() {}

  /**
   * The content of a file.
   *
   * @param owner the class beside which it lies
   * @param name relative to that, or from the root of the class path if it begins with a slash
   * @throws IllegalStateException if there is none
   */
  public static byte[] bytes(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the bundled " + name + " can't be read", e);
    }
  }

  /** The same as text in UTF-8. */
  public static String text(Class<?> owner, String name) {
    return new String(bytes(owner, name), StandardCharsets.UTF_8);
  }
}
