package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One walk over an account's folder before its first request: counts the bytes and removes what
 * crashes left behind. Files that were never published go at once: whoever wrote them went with the
 * process, and kept they would count against the quota. Unfinished multipart uploads, which their
 * owner may go on with, stay until they had no new part for a day.
 *
 * <p>A file is only taken for unpublished when it has both the name that the store gives its drafts
 * and no ETag attribute, which every published object has: customers may name objects as they like.
 * Used by one thread, once.
 */
final class S3FolderScan extends SimpleFileVisitor<Path> {
  private static final String UUID_REGEX =
      "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

  private static final Logger log = LoggerFactory.getLogger(S3FolderScan.class);
  private static final Duration KEEP = Duration.ofDays(1);
  private static final Pattern DRAFT = Pattern.compile(".*-" + UUID_REGEX, Pattern.DOTALL);
  private static final Pattern UPLOAD =
      Pattern.compile("\\.(?:mpus|s3proxy-mpu-stub)-(" + UUID_REGEX + ").*", Pattern.DOTALL);
  private static final String ETAG_ATTRIBUTE = "user.content-md5";

  private final Path folder;
  private final Instant keepSince;
  private final Map<String, Upload> uploads = new HashMap<>();
  private long bytes;
  private long swept;

  private S3FolderScan(Path folder, Instant now) {
    this.folder = folder;
    this.keepSince = now.minus(KEEP);
  }

  /** Sweeps and returns the bytes that are left. */
  static long sweepAndCount(Path folder, Instant now) throws IOException {
    S3FolderScan scan = new S3FolderScan(folder, now);
    Files.walkFileTree(folder, scan);
    scan.sweepUploads();
    if (scan.swept > 0) {
      log.info("removed {} left-over files from {}", scan.swept, folder);
    }
    return scan.bytes;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isRegularFile()) {
      return FileVisitResult.CONTINUE;
    }
    Instant modified = attributes.lastModifiedTime().toInstant();
    Optional<String> upload = uploadOf(file);
    if (upload.isPresent()) {
      uploads
          .computeIfAbsent(upload.get(), id -> new Upload())
          .add(file, attributes.size(), modified);
    } else if (isDraft(file)) {
      Files.delete(file);
      swept++;
      return FileVisitResult.CONTINUE;
    }
    bytes += attributes.size();
    return FileVisitResult.CONTINUE;
  }

  private void sweepUploads() throws IOException {
    for (Upload upload : uploads.values()) {
      if (upload.newest.isBefore(keepSince)) {
        for (Path file : upload.files) {
          Files.delete(file);
          removeEmptyParents(file.getParent());
          swept++;
        }
        bytes -= upload.bytes;
      }
    }
  }

  // The first name below the bucket carries the number of the upload; its own slashes make the rest
  // a path.
  private Optional<String> uploadOf(Path file) {
    Path inAccount = folder.relativize(file);
    if (inAccount.getNameCount() < 2) {
      return Optional.empty();
    }
    Matcher matcher = UPLOAD.matcher(inAccount.getName(1).toString());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private void removeEmptyParents(@Nullable Path directory) throws IOException {
    Path current = directory;
    while (current != null && folder.relativize(current).getNameCount() > 1 && isEmpty(current)) {
      Files.delete(current);
      current = current.getParent();
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    } catch (NoSuchFileException removedWithAnotherPart) {
      return false;
    }
  }

  /** Whether the store could have given that name to what it is still writing. */
  static boolean namedAsDraft(String name) {
    return DRAFT.matcher(name).matches();
  }

  private static boolean isDraft(Path file) throws IOException {
    if (!namedAsDraft(file.getFileName().toString())) {
      return false;
    }
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    return view != null && !view.list().contains(ETAG_ATTRIBUTE);
  }

  private static final class Upload {
    private final List<Path> files = new ArrayList<>();
    private long bytes;
    private Instant newest = Instant.MIN;

    private void add(Path file, long size, Instant modified) {
      files.add(file);
      bytes += size;
      newest = modified.isAfter(newest) ? modified : newest;
    }
  }
}
