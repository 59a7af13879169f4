package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An owner's storage as it stands in the database.
 *
 * @param id the owner: an account has one storage
 * @param storageId {@code sto_...}
 * @param state how far the enabling is
 * @param sizeGb bought size
 * @param priceMinor what 30 days cost when it was enabled
 * @param periodEnd end of what is paid
 * @param createTime when it was asked for
 * @param renewal an extension that is charged or about to be, and not yet applied
 * @param renewals the last extensions that were applied, so that a repetition finds its own
 * @param reservedBytes sum of {@code reservations}
 * @param reservations room promised to open uploads, by upload id; at most {@link #MAX_OPEN}
 * @param buckets buckets made through the platform, by name
 */
public record StorageAccount(
    AccountId id,
    String storageId,
    State state,
    int sizeGb,
    long priceMinor,
    Instant periodEnd,
    Instant createTime,
    Optional<Renewal> renewal,
    List<String> renewals,
    long reservedBytes,
    Map<String, Reservation> reservations,
    Map<String, BucketMark> buckets) {
  /** The most uploads that may be open at once. */
  public static final int MAX_OPEN = 1000;

  /** The most buckets of one account. */
  public static final int MAX_BUCKETS = 100;

  private static final long GIGABYTE = 1L << 30;

  /** How far the enabling is. */
  public enum State {
    /** Asked for; the charge is on its way. */
    CHARGING,
    /** Paid; the place is being made. */
    PROVISIONING,
    /** In use. */
    ACTIVE,
    /** The place could not be made; the money is on its way back. */
    REFUNDING
  }

  /** An extension under way, {@code ext_...}. */
  public record Renewal(String extensionId, long priceMinor) {}

  /** Room promised to one upload. */
  public record Reservation(long bytes, Instant until) {}

  /** A bucket made through the platform. */
  public record BucketMark(String madeBy, Instant createTime) {}

  /** Bytes that may be stored. */
  public long quotaBytes() {
    return sizeGb * GIGABYTE;
  }

  /** Whether objects may be written at {@code now}. */
  public boolean isWritable(Instant now) {
    return state == State.ACTIVE && now.isBefore(periodEnd);
  }
}
