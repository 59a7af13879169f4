package dev.cloudlet.identity;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.set;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Accounts in {@code identity_accounts}; the unique index on {@code email} decides a race. */
final class MongoAccountStore implements AccountStore {
  private final MongoRecords<Account> accounts;

  MongoAccountStore(MongoConnection mongo) {
    accounts =
        mongo.records("identity_accounts", Account.class, MongoIndex.unique("by_email", "email"));
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return accounts.get(id);
  }

  @Override
  public Optional<Account> findByEmail(EmailAddress email) {
    return accounts.find(eq("email", email.value()));
  }

  @Override
  public boolean insert(Account account) {
    return accounts.insertIfAbsent(account);
  }

  @Override
  public Optional<Account> changeProfile(AccountId id, ProfileChange change) {
    if (change.isEmpty()) {
      return find(id);
    }
    List<Bson> updates = new ArrayList<>();
    change.name().ifPresent(name -> updates.add(set("name", name)));
    change
        .emailNotifications()
        .ifPresent(on -> updates.add(set("settings.emailNotifications", on)));
    change.secondFactor().ifPresent(on -> updates.add(set("settings.secondFactor", on)));
    return accounts.updateAndGet(eq("_id", id.value()), combine(updates));
  }

  @Override
  public Optional<Account> changePassword(
      AccountId id, Optional<StoredHash> expected, StoredHash next, PasswordChangeId change) {
    Bson which =
        expected
            .map(hash -> and(eq("_id", id.value()), eq("password.value", hash.value())))
            .orElseGet(() -> eq("_id", id.value()));
    return accounts.updateAndGet(
        which,
        combine(
            set("password.value", next.value()),
            set("passwordChange", change.value()),
            inc("epoch", 1L)));
  }

  @Override
  public void rehash(AccountId id, StoredHash expected, StoredHash next) {
    accounts.update(
        and(eq("_id", id.value()), eq("password.value", expected.value())),
        set("password.value", next.value()));
  }
}
