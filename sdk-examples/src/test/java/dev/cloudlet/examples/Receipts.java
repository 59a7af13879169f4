package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.OrderStatus;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.api.wallet.v1.EntryKind;
import dev.cloudlet.sdk.Balance;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the platform acknowledged to one customer, and whether it still stands. One thread at a
 * time.
 */
final class Receipts {
  final String email;
  final String password;
  private final List<String> orders = new ArrayList<>();
  private final List<StoredObject> objects = new ArrayList<>();
  private final List<String> videos = new ArrayList<>();
  private final List<String> jobs = new ArrayList<>();
  private boolean registered;
  private boolean storage;
  private long bought;
  private int acknowledged;

  Receipts(String email, String password) {
    this.email = email;
    this.password = password;
  }

  void registered() {
    registered = true;
    acknowledged++;
  }

  void storage() {
    storage = true;
    acknowledged++;
  }

  void order(Order order) {
    orders.add(order.getId());
    acknowledged++;
  }

  void paid(Coins coins) {
    bought += coins.minor();
    acknowledged++;
  }

  void object(StoredObject object) {
    objects.add(object);
    acknowledged++;
  }

  void video(Video video) {
    videos.add(video.getId());
    acknowledged++;
  }

  void job(String id) {
    jobs.add(id);
    acknowledged++;
  }

  /** How many writes were acknowledged. */
  int count() {
    return acknowledged;
  }

  /** Every one of them is there, once, and the coins are what they bought and cost. */
  void requireKept(Cloudlet cloudlet) {
    if (!registered) {
      return;
    }
    cloudlet.login(email, password);
    assertThat(cloudlet.payments().orders().stream().map(Order::getId).toList())
        .as("orders of " + email)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(orders);
    requireObjects(cloudlet);
    assertThat(cloudlet.videos().list().stream().map(Video::getId).toList())
        .as("videos of " + email)
        .containsExactlyInAnyOrderElementsOf(videos);
    requireCoins(cloudlet, costOfJobs(cloudlet));
  }

  private void requireObjects(Cloudlet cloudlet) {
    if (objects.isEmpty()) {
      return;
    }
    List<StoredObject> there =
        cloudlet.storage().objects(objects.getFirst().getBucket(), "").stream().toList();
    assertThat(there.stream().map(StoredObject::getKey).toList())
        .as("objects of " + email)
        .containsExactlyInAnyOrderElementsOf(objects.stream().map(StoredObject::getKey).toList());
    assertThat(there.stream().map(StoredObject::getEtag).toList())
        .as("contents of the objects of " + email)
        .containsExactlyInAnyOrderElementsOf(objects.stream().map(StoredObject::getEtag).toList());
  }

  private long costOfJobs(Cloudlet cloudlet) {
    List<Job> there = cloudlet.jobs().list().stream().toList();
    assertThat(there.stream().map(Job::getId).toList())
        .as("jobs of " + email)
        .containsExactlyInAnyOrderElementsOf(jobs);
    assertThat(there)
        .as("jobs of " + email)
        .allSatisfy(job -> assertThat(job.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED));
    return there.stream().mapToLong(job -> job.getCost().getMinor()).sum();
  }

  private void requireCoins(Cloudlet cloudlet, long costOfJobs) {
    List<Entry> entries = cloudlet.wallet().entries().stream().toList();
    List<Entry> credits =
        entries.stream().filter(entry -> entry.getKind() == EntryKind.ENTRY_KIND_TOP_UP).toList();
    Set<String> causes = new HashSet<>();
    credits.forEach(entry -> assertThat(causes.add(entry.getCause())).as("twice").isTrue());
    assertThat(credits.stream().mapToLong(entry -> entry.getChange().getMinor()).sum())
        .as("coins bought by " + email)
        .isEqualTo(bought);
    Balance balance = cloudlet.wallet().balance();
    assertThat(balance.held()).as("coins held of " + email).isEqualTo(Coins.ZERO);
    long rent = storage ? cloudlet.pricing().estimate("storage.gb-30-days", 1).minor() : 0;
    assertThat(balance.available().minor())
        .as("coins left to " + email)
        .isEqualTo(bought - rent - costOfJobs);
    assertThat(
            cloudlet.payments().orders().stream()
                .filter(order -> order.getStatus() == OrderStatus.ORDER_STATUS_PAID)
                .mapToLong(order -> order.getAmount().getMinor())
                .sum())
        .isEqualTo(bought);
  }
}
