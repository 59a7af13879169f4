package dev.cloudlet.examples;

import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.sdk.AlreadyExistsException;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.UploadOptions;
import java.nio.file.Path;
import java.util.Set;

/** Uploads a file straight to the object store and prints an address to fetch it from. */
public final class StorageUpload {
  private StorageUpload() {}

  /** Runs it; takes {@code --server=}, {@code --bucket=} and {@code --file=}. */
  public static void main(String[] args) throws Exception {
    Arguments given = Arguments.read(args, Set.of("server", "bucket", "file"));
    Path file = Path.of(given.find("file").orElseThrow());
    String bucket = given.find("bucket").orElse("files");
    try (Cloudlet cloudlet = Cloudlet.connect(given.server())) {
      cloudlet.login(
          Arguments.environment("CLOUDLET_EMAIL"), Arguments.environment("CLOUDLET_PASSWORD"));
      try {
        cloudlet.storage().createBucket(bucket);
      } catch (AlreadyExistsException there) {
        System.out.println("using the bucket " + bucket);
      }
      StoredObject object =
          cloudlet
              .storage()
              .upload(
                  bucket,
                  file,
                  UploadOptions.progress(
                      (done, total) -> System.out.printf("\r%d of %d bytes", done, total)));
      System.out.printf("%n%s (%d bytes)%n", object.getKey(), object.getSizeBytes());
      System.out.println(cloudlet.storage().downloadAddress(bucket, object.getKey()));
    }
  }
}
