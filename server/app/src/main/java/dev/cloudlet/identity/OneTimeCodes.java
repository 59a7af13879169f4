package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.identity.CodeBook.Code;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.error.PlatformException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Six-digit codes: bound to purpose and address, good for as long as is configured, five tries; in
 * a quarter of an hour three sends for each client that asks, and nine for all of them, so that one
 * who asks for codes of somebody else's address doesn't keep the owner from getting one. Everything
 * about one purpose and address is one document, which every change replaces only in the version it
 * read: of racing tries each is counted, of racing uses one wins.
 *
 * <p>The digits are a keyed hash of the code's id, which holds 80 bits of secure randomness:
 * without the key they are as unguessable as drawn ones, and a request that is run again after a
 * crash mails the same digits that its first run stored and mailed.
 */
final class OneTimeCodes {
  private static final int TRIES = 5;
  // Each retry means that another call changed the same book in between.
  private static final int MAX_RACES = 20;
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  private final ProofStore store;
  private final InstantSource clock;
  private final Duration lifetime;
  private final KeyedHash digits;
  private final KeyedHash stored;
  private final KeyedHash clients;

  OneTimeCodes(ProofStore store, InstantSource clock, Duration lifetime, IdentityCrypto crypto) {
    this.store = store;
    this.clock = clock;
    this.lifetime = lifetime;
    this.digits = crypto.keyed("code-digits");
    this.stored = crypto.keyed("code-stored");
    this.clients = crypto.keyed("code-client");
  }

  /**
   * A code to be mailed.
   *
   * @param id names the code and its mail
   * @param digits six of them
   * @param expireTime when it ends
   * @param life how long it was good when it was made
   */
  record Issued(CodeId id, Secret digits, Instant expireTime, Duration life) {}

  /**
   * Makes a code, or finds the one that an earlier run of the same request made under that id.
   *
   * @param client the network address that asks
   * @throws PlatformException RATE_LIMITED after three sends in a quarter of an hour
   */
  Issued issue(CodePurpose purpose, EmailAddress email, CodeId codeId, String client) {
    String asker = clients.hash(client);
    CodeBookId bookId = CodeBookId.of(purpose, email);
    for (int race = 0; race < MAX_RACES; race++) {
      Instant now = clock.instant();
      CodeBook book = store.findBook(bookId).orElseGet(() -> CodeBook.empty(bookId, now));
      Optional<Code> before = book.code(codeId);
      if (before.isPresent()) {
        return issued(before.get());
      }
      List<Code> codes = new ArrayList<>(book.counted(now));
      requireBudget(codes, asker, now);
      StoredHash hash = new StoredHash(stored.hash(bound(bookId, codeId, digitsOf(codeId))));
      Code code = new Code(codeId, hash, now, now.plus(lifetime), TRIES, Optional.empty(), asker);
      codes.add(code);
      if (store.replaceBook(book.with(codes, now))) {
        return issued(code);
      }
    }
    throw contended();
  }

  private static void requireBudget(List<Code> sent, String asker, Instant now) {
    List<Code> own = sent.stream().filter(code -> code.client().equals(asker)).toList();
    if (own.size() >= CodeBook.MAX_SENDS_OF_CLIENT) {
      throw tooMany(Duration.between(now, own.getFirst().sendTime().plus(CodeBook.WINDOW)));
    }
    if (sent.size() >= CodeBook.MAX_SENDS) {
      throw tooMany(Duration.between(now, sent.getFirst().sendTime().plus(CodeBook.WINDOW)));
    }
  }

  /** Whether a code of this purpose was sent and can still be used. */
  boolean waiting(CodePurpose purpose, EmailAddress email) {
    Instant now = clock.instant();
    return store
        .findBook(CodeBookId.of(purpose, email))
        .filter(book -> book.codes().stream().anyMatch(code -> code.live(now)))
        .isPresent();
  }

  /**
   * Uses up the code with these digits. The try is counted before it is compared.
   *
   * @param codeId the one code that is meant; empty means any that was sent to the address
   * @param useId names the use: the same use may use the same code again
   * @return the code's id
   * @throws PlatformException OTP_INVALID or OTP_EXHAUSTED
   */
  CodeId use(
      CodePurpose purpose, EmailAddress email, Optional<CodeId> codeId, Secret given, UseId useId) {
    CodeBookId bookId = CodeBookId.of(purpose, email);
    Optional<Code> again =
        store.findBook(bookId).stream()
            .flatMap(book -> book.codes().stream())
            .filter(code -> code.usedBy().map(useId::equals).orElse(false))
            .filter(code -> fits(bookId, code, given))
            .findFirst();
    if (again.isPresent()) {
      return again.get().id();
    }
    List<Code> tried =
        countTry(bookId, code -> codeId.map(code.id()::equals).orElse(true) && fresh(code));
    Code match =
        tried.stream()
            .filter(code -> fits(bookId, code, given))
            .findFirst()
            .orElseThrow(() -> invalid(tried.stream().mapToInt(Code::triesLeft).max().orElse(0)));
    markUsed(bookId, match.id(), useId);
    return match.id();
  }

  private boolean fresh(Code code) {
    return code.timely(clock.instant()) && code.usedBy().isEmpty();
  }

  /** Takes one try from every meant code; gives those that had one, which may be compared. */
  private List<Code> countTry(CodeBookId bookId, Predicate<Code> meant) {
    List<Code> counted = new ArrayList<>();
    change(
        bookId,
        book -> {
          List<Code> candidates = book.codes().stream().filter(meant).toList();
          if (candidates.isEmpty()) {
            throw invalid(0);
          }
          counted.clear();
          candidates.stream()
              .filter(code -> code.triesLeft() > 0)
              .map(Code::tried)
              .forEach(counted::add);
          if (counted.isEmpty()) {
            throw new PlatformException(
                ErrorReason.ERROR_REASON_OTP_EXHAUSTED,
                "This code was tried " + TRIES + " times. Ask for a new one.");
          }
          return replaced(book.codes(), counted);
        });
    return counted;
  }

  private static List<Code> replaced(List<Code> codes, List<Code> by) {
    return codes.stream()
        .map(code -> by.stream().filter(b -> b.id().equals(code.id())).findFirst().orElse(code))
        .toList();
  }

  private void markUsed(CodeBookId bookId, CodeId codeId, UseId useId) {
    change(
        bookId,
        book -> {
          Optional<Code> code = book.code(codeId);
          if (code.isEmpty() || !fresh(code.get())) {
            throw invalid(0);
          }
          return replaced(book.codes(), List.of(code.get().used(useId)));
        });
  }

  private void change(CodeBookId bookId, Function<CodeBook, List<Code>> change) {
    for (int race = 0; race < MAX_RACES; race++) {
      CodeBook book = store.findBook(bookId).orElseThrow(() -> invalid(0));
      if (store.replaceBook(book.with(change.apply(book), clock.instant()))) {
        return;
      }
    }
    throw contended();
  }

  private boolean fits(CodeBookId bookId, Code code, Secret given) {
    return stored.matches(bound(bookId, code.id(), given.reveal()), code.hash().value());
  }

  private Issued issued(Code code) {
    return new Issued(
        code.id(),
        Secret.of(digitsOf(code.id())),
        code.expireTime(),
        Duration.between(code.sendTime(), code.expireTime()));
  }

  // 256 bits modulo a million: no digit is favoured by more than one part in 2^236.
  private String digitsOf(CodeId codeId) {
    return "%06d"
        .formatted(new BigInteger(digits.hash(codeId.value()), 16).mod(MILLION).intValue());
  }

  private static String bound(CodeBookId bookId, CodeId codeId, String digits) {
    return bookId.value() + '\n' + codeId.value() + '\n' + digits;
  }

  /** The refusal of a code that was never sent, the same as of a wrong one. */
  static PlatformException unknown() {
    return invalid(0);
  }

  private static PlatformException invalid(int triesLeft) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_OTP_INVALID,
            triesLeft > 0
                ? "The code is wrong. Look at the newest mail; " + triesLeft + " tries are left."
                : "The code is wrong, was used, or is too old. Ask for a new one.")
        .with("tries_left", triesLeft);
  }

  private static PlatformException tooMany(Duration wait) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_RATE_LIMITED,
            "Several codes were sent to this address already. Wait "
                + Math.max(1, wait.plusSeconds(59).toMinutes())
                + " minutes and try again.")
        .retryAfter(wait);
  }

  private static PlatformException contended() {
    return new PlatformException(
            ErrorReason.ERROR_REASON_OVERLOADED,
            "Too many calls about this address at once. Try again in a moment.")
        .retryAfter(Duration.ofMillis(500));
  }
}
