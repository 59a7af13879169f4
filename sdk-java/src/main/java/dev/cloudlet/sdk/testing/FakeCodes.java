package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Six-digit codes: bound to purpose and address, good for ten minutes and five tries, three sends
 * in a quarter of an hour. Guarded by the monitor of {@link FakeWorld}.
 */
final class FakeCodes {
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final Duration WINDOW = Duration.ofMinutes(15);
  private static final int MAX_SENDS = 3;
  private static final int TRIES = 5;

  private final FakeWorld world;
  private final Map<String, List<Code>> books = new HashMap<>();

  FakeCodes(FakeWorld world) {
    this.world = world;
  }

  /** What a code is good for. */
  enum Purpose {
    REGISTRATION("opening your account"),
    VERIFICATION("confirming your address"),
    PASSWORD_RESET("setting a new password"),
    LOGIN("logging in"),
    SECOND_FACTOR("logging in"),
    ACCOUNT_DELETION("closing your account");

    private final String meaning;

    Purpose(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }
  }

  /** A code that was made. */
  static final class Code {
    private final String id;
    private final Instant sendTime;
    private int triesLeft = TRIES;
    private boolean used;

    private Code(String id, Instant sendTime) {
      this.id = id;
      this.sendTime = sendTime;
    }

    String id() {
      return id;
    }

    String digits() {
      return id.substring(id.length() - 6);
    }

    Instant end() {
      return sendTime.plus(LIFE);
    }

    private boolean fresh(Instant now) {
      return !used && now.isBefore(end());
    }
  }

  /** Makes a code of that id. */
  Code issue(Purpose purpose, String email, String id) {
    Instant now = world.clock.now();
    List<Code> book = book(purpose, email);
    book.removeIf(code -> !code.sendTime.plus(WINDOW).isAfter(now));
    if (book.size() >= MAX_SENDS) {
      Duration wait = Duration.between(now, book.get(0).sendTime.plus(WINDOW));
      throw new FakeRefusal(
              ErrorReason.ERROR_REASON_RATE_LIMITED,
              "Three codes were sent to this address already.")
          .retryAfter(wait);
    }
    Code code = new Code(id, now);
    book.add(code);
    return code;
  }

  /** Whether a code of this purpose can still be used. */
  boolean waiting(Purpose purpose, String email) {
    Instant now = world.clock.now();
    return book(purpose, email).stream().anyMatch(code -> code.fresh(now) && code.triesLeft > 0);
  }

  /**
   * Uses a code up.
   *
   * @param id the one that is meant; empty means any that was sent to the address
   * @return its id
   */
  String use(Purpose purpose, String email, Optional<String> id, String digits) {
    Instant now = world.clock.now();
    List<Code> meant =
        book(purpose, email).stream()
            .filter(code -> code.fresh(now) && id.map(code.id::equals).orElse(true))
            .toList();
    List<Code> tried = meant.stream().filter(code -> code.triesLeft > 0).toList();
    if (!meant.isEmpty() && tried.isEmpty()) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_OTP_EXHAUSTED, "This code was tried five times.");
    }
    tried.forEach(code -> code.triesLeft--);
    Code match =
        tried.stream()
            .filter(code -> code.digits().equals(digits))
            .findFirst()
            .orElseThrow(() -> invalid(tried.stream()));
    match.used = true;
    return match.id;
  }

  /** The refusal of a code that was never sent, the same as of a wrong one. */
  static FakeRefusal invalid() {
    return invalid(Stream.of());
  }

  private static FakeRefusal invalid(Stream<Code> tried) {
    int left = tried.mapToInt(code -> code.triesLeft).max().orElse(0);
    return new FakeRefusal(
        ErrorReason.ERROR_REASON_OTP_INVALID,
        "The code is wrong, was used, or is too old.",
        Map.of("tries_left", Integer.toString(left)));
  }

  private List<Code> book(Purpose purpose, String email) {
    return books.computeIfAbsent(purpose + ":" + email, name -> new ArrayList<>());
  }
}
