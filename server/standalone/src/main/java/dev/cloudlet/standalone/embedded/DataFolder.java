package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claim of this process on a data folder. The lock of the operating system decides, so a killed
 * process never blocks the next one; the owner file beside it only tells people who holds the lock.
 *
 * <p>Thread-safe. The lock file itself is never deleted: two processes that lock two different
 * files of the same name would both win.
 */
public final class DataFolder implements AutoCloseable {
  private static final String LOCK_FILE = ".lock";
  private static final String OWNER_FILE = ".owner";

  private final Path folder;
  private final FileChannel channel;
  private final FileLock lock;

  private DataFolder(Path folder, FileChannel channel, FileLock lock) {
    this.folder = folder;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Claims {@code folder} for this process, creating it when it is missing.
   *
   * @throws DataFolderInUseException when another claim is alive, naming its process, host and
   *     start time
   * @throws UncheckedIOException when the folder cannot be created or written
   */
  public static DataFolder claim(Path folder) {
    try {
      Path real = Files.createDirectories(folder).toRealPath();
      FileChannel channel =
          FileChannel.open(
              real.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new DataFolderInUseException(
            describeOwner(real) + " Stop it, or choose another folder with --data.folder=...");
      }
      return written(new DataFolder(real, channel, lock));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The data folder "
              + folder
              + " can't be used: choose one that this user may write with --data.folder=...",
          e);
    }
  }

  /** The claimed folder, absolute and with symbolic links resolved. */
  public Path path() {
    return folder;
  }

  /** Releases the claim; closing twice does nothing. */
  @Override
  public void close() {
    synchronized (this) {
      if (!channel.isOpen()) {
        return;
      }
      try (channel) {
        Files.deleteIfExists(folder.resolve(OWNER_FILE));
        lock.release();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot release the data folder " + folder, e);
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static DataFolder written(DataFolder claim) throws IOException {
    try {
      ProcessHandle self = ProcessHandle.current();
      String started = self.info().startInstant().map(Instant::toString).orElse("unknown");
      Path draft = claim.folder.resolve(OWNER_FILE + ".tmp");
      Files.write(draft, List.of(Long.toString(self.pid()), started, hostName()));
      Files.move(draft, claim.folder.resolve(OWNER_FILE), StandardCopyOption.ATOMIC_MOVE);
      return claim;
    } catch (IOException e) {
      claim.close();
      throw e;
    }
  }

  private static String describeOwner(Path folder) throws IOException {
    Path file = folder.resolve(OWNER_FILE);
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (lines.size() < 3) {
      return "The data folder " + folder + " is held by another process that is just starting.";
    }
    return "The data folder %s is held by process %s on host %s, running since %s."
        .formatted(folder, lines.get(0), lines.get(2), lines.get(1));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException noName) {
      // A machine without a resolvable name is still usable; the process id is what people need.
      return "localhost";
    }
  }
}
