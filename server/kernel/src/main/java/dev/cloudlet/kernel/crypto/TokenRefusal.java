package dev.cloudlet.kernel.crypto;

import java.time.Instant;

/**
 * Why a token was not accepted. Nothing in it comes from an unverified payload except what the case
 * names.
 */
public sealed interface TokenRefusal {
  /** Not a JWT, longer than allowed, or without a claim that every token of ours has. */
  record Malformed() implements TokenRefusal {}

  /** Signed by another algorithm than ES256, or by none. */
  record WrongAlgorithm() implements TokenRefusal {}

  /** The key id is absent or names no key of ours. */
  record UnknownKey() implements TokenRefusal {}

  /** The signature does not fit. */
  record BadSignature() implements TokenRefusal {}

  /** Well signed, for another installation. */
  record WrongIssuer() implements TokenRefusal {}

  /** Well signed, for another use than the one asked about. */
  record WrongAudience() implements TokenRefusal {}

  /** Well signed and past its end and leeway. */
  record Expired(Instant at) implements TokenRefusal {}

  /** Well signed and issued in the future, by more than the leeway. */
  record NotYetValid(Instant from) implements TokenRefusal {}
}
