package dev.cloudlet.identity;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Proofs in this process, for tests. */
final class InMemoryProofStore implements ProofStore {
  // Bounded by what a test makes.
  private final Map<CodeBookId, CodeBook> books = new HashMap<>();
  private final Map<RegistrationId, Registration> registrations = new HashMap<>();
  private final Map<GrantId, Grant> grants = new HashMap<>();

  @Override
  public synchronized Optional<CodeBook> findBook(CodeBookId id) {
    return Optional.ofNullable(books.get(id));
  }

  @Override
  public synchronized boolean replaceBook(CodeBook next) {
    long present = findBook(next.id()).map(CodeBook::version).orElse(0L);
    if (present != next.version() - 1) {
      return false;
    }
    books.put(next.id(), next);
    return true;
  }

  @Override
  public synchronized void insertRegistration(Registration registration) {
    registrations.putIfAbsent(registration.id(), registration);
  }

  @Override
  public synchronized Optional<Registration> findRegistration(RegistrationId id) {
    return Optional.ofNullable(registrations.get(id));
  }

  @Override
  public synchronized void insertGrant(Grant grant) {
    grants.putIfAbsent(grant.id(), grant);
  }

  @Override
  public synchronized Optional<Grant> findGrant(GrantId id) {
    return Optional.ofNullable(grants.get(id));
  }

  @Override
  public synchronized Optional<Grant> useGrant(GrantId id, UseId use, Instant now) {
    Optional<Grant> used =
        findGrant(id)
            .filter(g -> now.isBefore(g.expireTime()))
            .filter(g -> g.usedBy().map(use::equals).orElse(true))
            .map(g -> new Grant(g.id(), g.kind(), g.subject(), g.expireTime(), Optional.of(use)));
    used.ifPresent(g -> grants.put(id, g));
    return used;
  }

  @Override
  public synchronized long sweep(Instant now) {
    long had = size();
    books.values().removeIf(book -> book.sweepTime().isBefore(now));
    registrations.values().removeIf(registration -> registration.expireTime().isBefore(now));
    grants.values().removeIf(grant -> grant.expireTime().isBefore(now));
    return had - size();
  }

  private long size() {
    return (long) books.size() + registrations.size() + grants.size();
  }
}
