package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.BundledFile;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.error.PlatformException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a password must be, and how it is hashed and compared. A password is brought into Unicode
 * normal form KC first, because devices compose the same letters differently.
 */
final class Passwords {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 128;
  private static final String WELL_KNOWN = "well-known-passwords.txt";

  private final PasswordHasher hasher;
  private final Set<String> wellKnown;

  Passwords(PasswordHasher hasher) {
    this.hasher = hasher;
    this.wellKnown = load();
  }

  /** Refuses a password that is too short, too long, the address, or among the well-known ones. */
  void requireStrong(Secret password, EmailAddress email) {
    String text = normal(password).reveal();
    int length = text.codePointCount(0, text.length());
    String lower = text.toLowerCase(Locale.ROOT);
    if (length < SHORTEST || length > LONGEST) {
      throw weak("A password has " + SHORTEST + " to " + LONGEST + " characters.");
    }
    if (lower.equals(email.value()) || lower.equals(email.localPart())) {
      throw weak("The password must not be the e-mail address.");
    }
    if (wellKnown.contains(lower) || text.chars().distinct().count() < 2) {
      throw weak("This password is one of the first that anybody would try. Choose another one.");
    }
  }

  StoredHash hash(Secret password) {
    return new StoredHash(bounded(() -> hasher.hash(normal(password))));
  }

  boolean matches(Secret password, StoredHash stored) {
    return bounded(() -> hasher.verify(normal(password), stored.value()));
  }

  /** Takes as long as {@link #matches}. */
  void matchesNothing(Secret password) {
    bounded(
        () -> {
          hasher.verifyNothing(normal(password));
          return true;
        });
  }

  boolean outdated(StoredHash stored) {
    return hasher.needsRehash(stored.value());
  }

  private static <T> T bounded(Supplier<T> work) {
    try {
      return work.get();
    } catch (PasswordHasher.OverloadedException full) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_OVERLOADED,
              "Too many people log in at this moment. Try again in a second.",
              full)
          .retryAfter(Duration.ofSeconds(1));
    }
  }

  private static PlatformException weak(String sentence) {
    return new PlatformException(ErrorReason.ERROR_REASON_WEAK_PASSWORD, sentence);
  }

  private static Secret normal(Secret password) {
    return Secret.of(Normalizer.normalize(password.reveal(), Normalizer.Form.NFKC));
  }

  private static Set<String> load() {
    return BundledFile.text(Passwords.class, WELL_KNOWN)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .collect(Collectors.toUnmodifiableSet());
  }
}
