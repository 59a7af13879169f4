package dev.cloudlet.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps outgoing mail. Each method is atomic; a change that returned is durable. */
interface MailStore {
  /** Adds a mail unless one of its event is there; says whether it was added. */
  boolean insert(OutgoingMail mail);

  /** Mail whose next attempt is due, at most {@code limit}. */
  List<OutgoingMail> due(Instant now, int limit);

  /**
   * Leases a mail: its next attempt is due only at {@code until}, and the attempt counts.
   *
   * @param seen its next time as it was read; another one means that another server was first
   * @return the leased mail; empty if it was not leased
   */
  Optional<OutgoingMail> lease(MailEventId id, Instant seen, Instant until);

  /**
   * Sets when the next attempt is due, if the lease is still the one that ends at {@code lease}.
   */
  void retryAt(MailEventId id, Instant lease, Instant next);

  /** Removes the text; the mail is not due any more. */
  void done(MailEventId id, Instant now);

  /** Removes what was done before {@code before}; says how many. */
  long sweep(Instant before);
}
