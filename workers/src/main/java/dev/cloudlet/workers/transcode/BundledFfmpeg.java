package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The ffmpeg of the {@code org.bytedeco:ffmpeg} jar: a real executable with its shared libraries.
 * It is unpacked once into a folder named after its content, beside stub libraries for what a
 * server lacks; several processes may do so at once.
 */
final class BundledFfmpeg {
  private static final List<String> STUBS =
      List.of("libxcb.so.1", "libxcb-shm.so.0", "libasound.so.2", "libpulse.so.0");

  /** The names that the jar uses, and the processor the stubs must claim. */
  private record Platform(String folder, StubLibrary.Machine machine) {}

  private BundledFfmpeg() {}

  /**
   * Unpacks into a folder below {@code parent} if that was not done before.
   *
   * @return the folder with {@code ffmpeg}, {@code ffprobe} and their libraries; empty if the class
   *     path has none for this system
   * @throws UncheckedIOException if there is no room or no permission
   */
  static Optional<Path> unpack(Path parent) {
    Optional<Platform> platform = platform();
    if (platform.isEmpty()) {
      return Optional.empty();
    }
    ClassLoader loader = BundledFfmpeg.class.getClassLoader();
    for (String licence : List.of("-gpl", "")) {
      String prefix = "org/bytedeco/ffmpeg/" + platform.get().folder() + licence + "/";
      URL found = loader.getResource(prefix + "ffmpeg");
      if (found != null) {
        try {
          return Optional.of(unpack(found, prefix, parent, platform.get().machine()));
        } catch (IOException failure) {
          throw new UncheckedIOException("can't unpack the bundled ffmpeg: " + failure, failure);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Platform> platform() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.empty();
    }
    String processor = System.getProperty("os.arch", "");
    if (processor.equals("amd64") || processor.equals("x86_64")) {
      return Optional.of(new Platform("linux-x86_64", StubLibrary.Machine.X86_64));
    }
    return processor.equals("aarch64")
        ? Optional.of(new Platform("linux-arm64", StubLibrary.Machine.AARCH64))
        : Optional.empty();
  }

  private static Path unpack(URL found, String prefix, Path parent, StubLibrary.Machine machine)
      throws IOException {
    URLConnection connection = found.openConnection();
    if (!(connection instanceof JarURLConnection inJar)) {
      throw new IOException("it is on the class path, but in no jar");
    }
    // An own, uncached handle: closing a cached one would close it for the class loader as well.
    inJar.setUseCaches(false);
    try (JarFile jar = inJar.getJarFile()) {
      List<JarEntry> entries =
          jar.stream()
              .filter(entry -> entry.getName().startsWith(prefix) && !entry.isDirectory())
              .filter(entry -> !entry.getName().contains("/libjni"))
              .toList();
      Path home = parent.resolve("ffmpeg-" + contentName(entries));
      if (!Files.isDirectory(home)) {
        Files.createDirectories(parent);
        Path fresh = Files.createTempDirectory(parent, "unpacking-");
        copy(jar, entries, fresh);
        for (String stub : STUBS) {
          Files.write(fresh.resolve(stub), StubLibrary.named(stub, machine));
        }
        publish(fresh, home);
      }
      return home;
    }
  }

  /** The jar's own checksums tell two builds apart without reading 70 MB. */
  private static String contentName(List<JarEntry> entries) {
    CRC32 crc = new CRC32();
    entries.stream()
        .map(entry -> entry.getName() + entry.getCrc() + "\n")
        .sorted()
        .forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private static void copy(JarFile jar, List<JarEntry> entries, Path folder) throws IOException {
    for (JarEntry entry : entries) {
      String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
      Path file = folder.resolve(name).normalize();
      if (!file.startsWith(folder)) {
        throw new IOException("the jar has an entry of a strange name");
      }
      try (InputStream in = jar.getInputStream(entry)) {
        Files.copy(in, file);
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /**
   * The rename makes a folder appear whole or not at all; whoever comes second uses the first
   * one's.
   */
  private static void publish(Path fresh, Path home) throws IOException {
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException impossible) {
      throw impossible;
    } catch (FileSystemException lost) {
      if (!Files.isDirectory(home)) {
        throw lost;
      }
      try (Stream<Path> files = Files.list(fresh)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(fresh);
    }
  }
}
