package dev.cloudlet.standalone.embedded;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * One lock per object, by hash: looking at the size of a file, replacing it and looking again must
 * not mix with another replacement of the same file. A thread holds at most one, so they cannot
 * block each other in a circle.
 */
final class S3KeyLocks {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] stripes =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

  ReentrantLock of(Path object) {
    return stripes[Math.floorMod(object.hashCode() * 0x9E3779B9, STRIPES)];
  }
}
