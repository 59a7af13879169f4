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
 * @param workTime when the sweeper has to look at what is in the middle of something; absent if
 *     nothing is
 * @param noticeTime when the owner is next told about the end of the period; absent if nothing is
 *     left to tell
 * @param renewal an extension that is paid for or about to be, and not yet applied
 * @param renewals the last extensions that were applied, so that a repetition finds its own
 * @param reservedBytes sum of {@code reservations}
 * @param reservations room promised to open uploads, by upload id; at most {@link #MAX_OPEN}
 * @param buckets buckets made through the platform, by name
 */
record StorageAccount(
    AccountId id,
    StorageId storageId,
    State state,
    int sizeGb,
    long priceMinor,
    Instant periodEnd,
    Instant createTime,
    Optional<Instant> workTime,
    Optional<Instant> noticeTime,
    Optional<Renewal> renewal,
    List<ExtensionId> renewals,
    long reservedBytes,
    Map<UploadId, Reservation> reservations,
    Map<String, BucketMark> buckets) {
  /** The most uploads that may be open at once. */
  static final int MAX_OPEN = 1000;

  /** The most buckets of one account. */
  static final int MAX_BUCKETS = 100;

  private static final long GIGABYTE = 1L << 30;

  /** How far the enabling is. Money is held before the place is made and taken once it is there. */
  enum State {
    /** Asked for; the coins are being put aside. */
    CHARGING,
    /** The coins are put aside; the place is being made. */
    PROVISIONING,
    /** The place is made; the coins are being taken. */
    CAPTURING,
    /** In use. */
    ACTIVE,
    /** It came to nothing; the coins are on their way back. */
    REFUNDING
  }

  /** How far an extension is. */
  enum RenewalStage {
    /** Asked for; the coins are being put aside. */
    CHARGING,
    /** The coins are put aside and will be taken; then the time is added. */
    CAPTURING,
    /** It came to nothing; the coins are on their way back. */
    REFUNDING
  }

  /** An extension under way, {@code ext_...}. */
  record Renewal(
      ExtensionId extensionId, long priceMinor, Instant createTime, RenewalStage stage) {}

  /**
   * A paid period.
   *
   * @param end when it is over
   * @param noticeTime when the owner is first told so
   */
  record Period(Instant end, Optional<Instant> noticeTime) {}

  /** Room promised to one upload. */
  record Reservation(long bytes, Instant until) {}

  /** A bucket made through the platform. */
  record BucketMark(BucketRequestId madeBy, Instant createTime) {}

  /** Bytes that may be stored. */
  long quotaBytes() {
    return sizeGb * GIGABYTE;
  }

  /** Whether objects may be written at {@code now}. */
  boolean isWritable(Instant now) {
    return state == State.ACTIVE && now.isBefore(periodEnd);
  }
}
