package dev.cloudlet.identity;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Updates.set;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.Optional;

/**
 * Proofs in {@code identity_code_books}, {@code identity_registrations} and {@code
 * identity_grants}; all but the sweep goes by {@code _id}.
 */
final class MongoProofStore implements ProofStore {
  private final MongoRecords<CodeBook> books;
  private final MongoRecords<Registration> registrations;
  private final MongoRecords<Grant> grants;

  MongoProofStore(MongoConnection mongo) {
    books =
        mongo.records(
            "identity_code_books", CodeBook.class, MongoIndex.of("by_sweep_time", "sweepTime"));
    registrations =
        mongo.records(
            "identity_registrations",
            Registration.class,
            MongoIndex.of("by_expire_time", "expireTime"));
    grants =
        mongo.records(
            "identity_grants", Grant.class, MongoIndex.of("by_expire_time", "expireTime"));
  }

  @Override
  public Optional<CodeBook> findBook(CodeBookId id) {
    return books.get(id);
  }

  @Override
  public boolean replaceBook(CodeBook next) {
    return next.version() == 1
        ? books.insertIfAbsent(next)
        : books.replace(and(eq("_id", next.id().value()), eq("version", next.version() - 1)), next);
  }

  @Override
  public void insertRegistration(Registration registration) {
    registrations.insertIfAbsent(registration);
  }

  @Override
  public Optional<Registration> findRegistration(RegistrationId id) {
    return registrations.get(id);
  }

  @Override
  public void insertGrant(Grant grant) {
    grants.insertIfAbsent(grant);
  }

  @Override
  public Optional<Grant> findGrant(GrantId id) {
    return grants.get(id);
  }

  @Override
  public Optional<Grant> useGrant(GrantId id, UseId use, Instant now) {
    return grants.updateAndGet(
        and(
            eq("_id", id.value()),
            gt("expireTime", MongoRecords.stored(now)),
            or(exists("usedBy", false), eq("usedBy", use.value()))),
        set("usedBy", use.value()));
  }

  @Override
  public long sweep(Instant now) {
    Object before = MongoRecords.stored(now);
    return books.deleteAll(lt("sweepTime", before))
        + registrations.deleteAll(lt("expireTime", before))
        + grants.deleteAll(lt("expireTime", before));
  }
}
