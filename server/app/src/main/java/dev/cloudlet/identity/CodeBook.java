package dev.cloudlet.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The codes of the last quarter of an hour for one purpose and address: few enough that one
 * document holds them, so that one conditional write decides about sending, trying and using.
 *
 * @param id purpose and address
 * @param version rises with each change; a change names the version it read
 * @param codes oldest first, at most {@link #MAX_SENDS}
 * @param sweepTime when nothing in it matters any more
 */
record CodeBook(CodeBookId id, long version, List<Code> codes, Instant sweepTime) {
  /** How many codes one address may be sent for one purpose in {@link #WINDOW}, by all clients. */
  static final int MAX_SENDS = 9;

  /** How many of them one client may ask for: somebody else's client doesn't use up the owner's. */
  static final int MAX_SENDS_OF_CLIENT = 3;

  /** The time over which sends are counted; longer than a code lives. */
  static final Duration WINDOW = Duration.ofMinutes(15);

  CodeBook {
    codes = List.copyOf(codes);
    if (codes.size() > MAX_SENDS) {
      throw new IllegalArgumentException("a code book holds at most " + MAX_SENDS + " codes");
    }
  }

  /**
   * One mailed code.
   *
   * @param id also names the mail; for a registration it is the registration's id
   * @param hash keyed, bound to purpose, address and id
   * @param sendTime when it was made
   * @param expireTime from when on it is not good
   * @param triesLeft counted down before a try is compared
   * @param usedBy names the use that it served
   * @param client who asked for it, as a keyed hash of the network address
   */
  record Code(
      CodeId id,
      StoredHash hash,
      Instant sendTime,
      Instant expireTime,
      int triesLeft,
      Optional<UseId> usedBy,
      String client) {

    boolean timely(Instant now) {
      return now.isBefore(expireTime);
    }

    boolean live(Instant now) {
      return timely(now) && usedBy.isEmpty() && triesLeft > 0;
    }

    Code tried() {
      return new Code(id, hash, sendTime, expireTime, triesLeft - 1, usedBy, client);
    }

    Code used(UseId by) {
      return new Code(id, hash, sendTime, expireTime, triesLeft, Optional.of(by), client);
    }
  }

  static CodeBook empty(CodeBookId id, Instant now) {
    return new CodeBook(id, 0, List.of(), now.plus(WINDOW));
  }

  /** The next version with these codes instead. */
  CodeBook with(List<Code> next, Instant now) {
    return new CodeBook(id, version + 1, next, now.plus(WINDOW));
  }

  /** The codes that still count against the limit of sends. */
  List<Code> counted(Instant now) {
    return codes.stream().filter(code -> code.sendTime().isAfter(now.minus(WINDOW))).toList();
  }

  Optional<Code> code(CodeId wanted) {
    return codes.stream().filter(code -> code.id().equals(wanted)).findFirst();
  }
}
