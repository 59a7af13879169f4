package dev.cloudlet.standalone.embedded;

import dev.cloudlet.kernel.config.Secret;
import java.util.regex.Pattern;

/**
 * Who an access key belongs to and what it may do, at this moment.
 *
 * @param accessKeyId the public half of the credential
 * @param secretKey the secret half that requests are signed with
 * @param folder the name of the directory with the account's buckets; identities with one folder
 *     share everything in it
 * @param quotaBytes how many bytes of objects and unfinished parts the account may hold
 * @param writable whether it may change anything; without, it only reads
 */
public record S3Identity(
    String accessKeyId, Secret secretKey, String folder, long quotaBytes, boolean writable) {
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  public S3Identity {
    if (accessKeyId.isEmpty() || secretKey.isEmpty()) {
      throw new IllegalArgumentException("an S3 identity needs an access key and a secret");
    }
    requireFolder(folder);
    if (quotaBytes < 0) {
      throw new IllegalArgumentException("negative quota: " + quotaBytes);
    }
  }

  /** Refuses names that could leave the data folder or collide with the server's own files. */
  static void requireFolder(String folder) {
    if (!isFolder(folder)) {
      throw new IllegalArgumentException("not a folder name for an S3 account: " + folder);
    }
  }

  /**
   * Whether an account may have this folder name; what else lies in the data folder is not ours.
   */
  static boolean isFolder(String name) {
    return FOLDER.matcher(name).matches();
  }
}
