package dev.cloudlet.kernel.rpc;

import java.time.Duration;
import java.time.Instant;

/**
 * Remembers mutations by key for 24 hours. {@link #begin} is decided by one conditional write, so
 * of two concurrent calls, also on two servers, exactly one begins.
 */
public interface IdempotencyStore {
  /** How long a result is kept. */
  Duration KEEP = Duration.ofHours(24);

  /** What {@link #begin} found. */
  sealed interface Begin {
    /**
     * The caller runs now; also after an earlier run that broke off, with the same salt and instant
     * as then.
     *
     * @param salt unguessable text for derived ids
     * @param firstSeen when the key was first seen
     */
    record Run(String salt, Instant firstSeen) implements Begin {}

    /** It ran before; this was the response. */
    record Replay(byte[] response) implements Begin {}

    /** Another body was sent with this key. */
    record OtherBody() implements Begin {}

    /** It runs elsewhere right now. */
    record Running() implements Begin {}
  }

  /**
   * Claims the key or says why not.
   *
   * @param key hash over caller, method and request id
   * @param bodyHash hash over the message
   * @param salt for derived ids, if the key is new
   * @param now the present
   * @param lease how long the claim holds unless finished or released
   */
  Begin begin(String key, String bodyHash, String salt, Instant now, Duration lease);

  /** Keeps the response for repetitions. */
  void finish(String key, byte[] response);

  /**
   * Gives the claim back after a refusal or an unknown outcome, so that a repetition may run at
   * once.
   */
  void release(String key);

  /** Removes what is older than {@link #KEEP}; says how many. */
  long sweep(Instant now);
}
