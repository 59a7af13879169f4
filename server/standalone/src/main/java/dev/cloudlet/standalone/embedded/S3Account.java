package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.AbstractNio2BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * One account: its directory, the store on it and the count of its bytes. Shared by all requests of
 * all its identities; thread-safe.
 *
 * @param folder the directory with the account's buckets
 * @param store reads and writes it
 * @param usage the bytes in it
 * @param locks guard single objects, shared by all accounts
 */
record S3Account(Path folder, FilesystemNio2BlobStore store, S3Usage usage, S3KeyLocks locks) {

  /**
   * The file of a key; one that would leave the bucket maps to the bucket itself, which holds no
   * bytes, and the store refuses it.
   */
  Path fileOf(String bucket, String key) {
    Path root = folder.resolve(bucket).normalize();
    Path file = root.resolve(key).normalize();
    return file.startsWith(root) && root.startsWith(folder) ? file : folder;
  }

  /** The file of one part of an unfinished upload. */
  Path partOf(MultipartUpload upload, int number) {
    return fileOf(
        upload.containerName(),
        AbstractNio2BlobStore.multipartPartName(upload.id(), upload.blobName(), number));
  }

  /** The bytes of a file; 0 when there is none or it is a directory. */
  static long sizeOf(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile() ? attributes.size() : 0;
    } catch (NoSuchFileException absent) {
      return 0;
    } catch (IOException e) {
      // "Not a directory" and names that are too long: nothing is there either, and the store says
      // so itself.
      return 0;
    }
  }

  /**
   * Brings a published file and its name to the disk: only then may it be acknowledged. Directories
   * and absent files are left alone.
   */
  static void force(Path file) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try (FileChannel content = FileChannel.open(file, StandardOpenOption.WRITE);
        FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      content.force(true);
      directory.force(true);
    } catch (NoSuchFileException deletedMeanwhile) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot sync " + file, e);
    }
  }
}
