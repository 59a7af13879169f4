package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.BlobStoreLocator;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * The accounts below one data folder. Bound: one small entry per account that was used since the
 * start, and there is a directory for each of them anyway. Thread-safe.
 */
final class S3Accounts implements BlobStoreLocator {
  private final Path root;
  private final S3Identities identities;
  private final InstantSource clock;
  private final S3KeyLocks locks = new S3KeyLocks();
  private final ConcurrentMap<String, S3Account> accounts = new ConcurrentHashMap<>();

  S3Accounts(Path root, S3Identities identities, InstantSource clock) {
    this.root = root;
    this.identities = identities;
    this.clock = clock;
  }

  /**
   * The store for a request; null, as s3proxy wants it, for anonymous ones and unknown or revoked
   * keys, which it answers with 403.
   */
  @Override
  public @Nullable AccessGrant locateBlobStore(
      @Nullable String accessKeyId, @Nullable String bucket, @Nullable String key) {
    if (accessKeyId == null) {
      return null;
    }
    return identities
        .find(accessKeyId)
        .filter(identity -> identity.accessKeyId().equals(accessKeyId))
        .map(this::grant)
        .orElse(null);
  }

  /** The bytes an account holds; 0 for one that has no folder yet. */
  long usedBytes(String folder) {
    S3Identity.requireFolder(folder);
    return Files.isDirectory(root.resolve(folder)) ? account(folder).usage().used() : 0;
  }

  /** The bytes of all accounts that were counted since the start, as far as they are. */
  long storedBytes() {
    return accounts.values().stream().mapToLong(account -> account.usage().known()).sum();
  }

  /** Sweeps and counts every account there is, so that their first requests need not. */
  void countAll() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        if (S3Identity.isFolder(name)) {
          account(name).usage().used();
        }
      }
    }
  }

  private AccessGrant grant(S3Identity identity) {
    S3Account account = account(identity.folder());
    return new AccessGrant(
        identity.secretKey().reveal(),
        new S3QuotaBlobStore(account, identity.quotaBytes(), identity.writable()));
  }

  private S3Account account(String folder) {
    return accounts.computeIfAbsent(folder, this::open);
  }

  private S3Account open(String name) {
    try {
      Path folder = Files.createDirectories(root.resolve(name));
      return new S3Account(
          folder,
          new FilesystemNio2BlobStore(folder.toString()),
          new S3Usage(() -> sweepAndCount(folder)),
          locks);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the S3 account " + name, e);
    }
  }

  private long sweepAndCount(Path folder) {
    try {
      return S3FolderScan.sweepAndCount(folder, clock.instant());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot count " + folder, e);
    }
  }
}
