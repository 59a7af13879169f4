package dev.cloudlet.mail;

import java.time.Instant;
import java.util.Optional;

/**
 * A mail in the outbox.
 *
 * @param id the event that it tells of
 * @param to address
 * @param subject one line
 * @param sealedText the text, sealed by the master key, in base64; absent once it is done
 * @param createTime when it was put in
 * @param attempts how often handing it over was begun
 * @param nextTime when the next attempt is due, or until when the present one is leased; absent
 *     once it is done
 * @param doneTime when it was handed over or given up
 */
record OutgoingMail(
    MailEventId id,
    String to,
    String subject,
    Optional<String> sealedText,
    Instant createTime,
    int attempts,
    Optional<Instant> nextTime,
    Optional<Instant> doneTime) {

  OutgoingMail next(int attemptsBegun, Instant at) {
    return new OutgoingMail(
        id, to, subject, sealedText, createTime, attemptsBegun, Optional.of(at), doneTime);
  }

  OutgoingMail done(Instant at) {
    return new OutgoingMail(
        id, to, subject, Optional.empty(), createTime, attempts, Optional.empty(), Optional.of(at));
  }

  @Override
  public String toString() {
    return "OutgoingMail[" + id + "]";
  }
}
