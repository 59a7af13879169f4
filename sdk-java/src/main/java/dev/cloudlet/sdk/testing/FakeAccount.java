package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.storage.v1.Bucket;
import dev.cloudlet.api.storage.v1.Credential;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.api.wallet.v1.EntryKind;
import dev.cloudlet.api.wallet.v1.Hold;
import dev.cloudlet.sdk.internal.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An account with everything that belongs to it. Guarded by the monitor of {@link FakeWorld}. */
final class FakeAccount {
  final String id;
  final String email;
  final Map<String, Entry> entries = new LinkedHashMap<>();
  final Map<String, Hold> holds = new LinkedHashMap<>();
  final Map<String, Order> orders = new LinkedHashMap<>();
  final Map<String, Bucket> buckets = new TreeMap<>();
  final Map<String, StoredObject> objects = new TreeMap<>();
  final Map<String, Credential> credentials = new LinkedHashMap<>();
  final Map<String, Video> videos = new LinkedHashMap<>();
  final Map<String, Job> jobs = new LinkedHashMap<>();
  Optional<Storage> storage = Optional.empty();
  String password;
  String name;
  Role role = Role.ROLE_USER;
  Preferences preferences = Preferences.newBuilder().setEmailNotifications(true).build();
  long available;

  FakeAccount(String id, String email, String password, String name) {
    this.id = id;
    this.email = email;
    this.password = password;
    this.name = name;
  }

  User user() {
    return User.newBuilder()
        .setId(id)
        .setEmail(email)
        .setName(name)
        .setRole(role)
        .setPreferences(preferences)
        .build();
  }

  long held() {
    return holds.values().stream().mapToLong(hold -> hold.getAmount().getMinor()).sum();
  }

  /** Changes the balance, which never falls below zero. */
  void move(EntryKind kind, long change, String cause, String entryId, Instant now) {
    if (available + change < 0) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
          "This costs more coins than you have.",
          Map.of(
              "required_minor", Long.toString(-change),
              "available_minor", Long.toString(available)));
    }
    available += change;
    entries.put(
        entryId,
        Entry.newBuilder()
            .setId(entryId)
            .setKind(kind)
            .setChange(Coins.newBuilder().setMinor(change))
            .setAvailableAfter(Coins.newBuilder().setMinor(available))
            .setDescription(
                kind.name().substring("ENTRY_KIND_".length()).toLowerCase(java.util.Locale.ROOT))
            .setCause(cause)
            .setCreateTime(Times.message(now))
            .build());
  }
}
