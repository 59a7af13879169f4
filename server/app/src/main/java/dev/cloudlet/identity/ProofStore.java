package dev.cloudlet.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * Keeps what proves something for a short time: codes, registrations that wait for theirs, grants.
 * Each method is atomic; a change that returned is durable.
 */
interface ProofStore {
  Optional<CodeBook> findBook(CodeBookId id);

  /**
   * Puts {@code next} in the place of the version before it; version 1 is added.
   *
   * @return false if another version stands there: read again
   */
  boolean replaceBook(CodeBook next);

  /** Adds a registration unless one of its id is there. */
  void insertRegistration(Registration registration);

  Optional<Registration> findRegistration(RegistrationId id);

  /** Adds a grant unless one of its id is there. */
  void insertGrant(Grant grant);

  Optional<Grant> findGrant(GrantId id);

  /**
   * Marks the grant as used by {@code use}.
   *
   * @return the grant; empty if there is none, it is past its end, or another use was first
   */
  Optional<Grant> useGrant(GrantId id, UseId use, Instant now);

  /** Removes what is past its end at {@code now}; says how many. */
  long sweep(Instant now);
}
