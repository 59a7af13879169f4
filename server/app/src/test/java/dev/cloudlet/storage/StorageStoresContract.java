package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageFixture.ANNA;
import static dev.cloudlet.storage.StorageFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageAccount.BucketMark;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.RenewalStage;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of storage must do. */
abstract class StorageStoresContract {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  abstract StorageAccountStore accounts();

  abstract UploadStore uploads();

  abstract S3KeyStore keys();

  private static StorageAccount account(AccountId owner, State state) {
    return new StorageAccount(
        owner,
        new StorageId("sto_1"),
        state,
        1,
        1000,
        NOW,
        NOW,
        state == State.ACTIVE ? Optional.empty() : Optional.of(NOW),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        0,
        Map.of(),
        Map.of());
  }

  @Test
  void anOwnerHasOneAccount() {
    assertThat(accounts().insert(account(ANNA, State.CHARGING))).isTrue();
    assertThat(accounts().insert(account(ANNA, State.ACTIVE))).isFalse();
    assertThat(accounts().find(ANNA)).contains(account(ANNA, State.CHARGING));
    assertThat(accounts().find(BEN)).isEmpty();
  }

  @Test
  void aStateMovesOnlyFromWhereItStands() {
    accounts().insert(account(ANNA, State.CHARGING));
    assertThat(accounts().move(ANNA, new StorageId("sto_2"), State.CHARGING, State.PROVISIONING))
        .isFalse();
    assertThat(accounts().activate(ANNA, new StorageId("sto_1"), period(NOW))).isFalse();
    assertThat(accounts().move(ANNA, new StorageId("sto_1"), State.CHARGING, State.CAPTURING))
        .isTrue();
    assertThat(accounts().unfinished(NOW, 10)).hasSize(1);
    Instant end = NOW.plusSeconds(9);
    assertThat(accounts().activate(ANNA, new StorageId("sto_1"), period(end))).isTrue();
    assertThat(accounts().find(ANNA).orElseThrow().periodEnd()).isEqualTo(end);
    assertThat(accounts().find(ANNA).orElseThrow().noticeTime()).contains(end);
    assertThat(accounts().unfinished(NOW.plusSeconds(99), 10)).isEmpty();
    assertThat(accounts().remove(ANNA, new StorageId("sto_1"), State.CHARGING)).isFalse();
  }

  private static Period period(Instant end) {
    return new Period(end, Optional.of(end));
  }

  private static Renewal renewal(String id) {
    return new Renewal(new ExtensionId(id), 5, NOW, RenewalStage.CHARGING);
  }

  @Test
  void aRenewalIsNotedPaidAppliedOnceAndRemembered() {
    accounts().insert(account(ANNA, State.ACTIVE));
    assertThat(accounts().beginRenewal(ANNA, renewal("ext_1"), NOW.plusSeconds(5))).isTrue();
    assertThat(accounts().beginRenewal(ANNA, renewal("ext_2"), NOW)).isFalse();
    assertThat(accounts().unfinished(NOW.plusSeconds(4), 10)).isEmpty();
    assertThat(accounts().unfinished(NOW.plusSeconds(5), 10)).hasSize(1);
    Instant end = NOW.plusSeconds(60);
    assertThat(accounts().applyRenewal(ANNA, new ExtensionId("ext_1"), NOW, period(end))).isFalse();
    assertThat(
            accounts()
                .moveRenewal(
                    ANNA, new ExtensionId("ext_2"), RenewalStage.CHARGING, RenewalStage.CAPTURING))
        .isFalse();
    assertThat(
            accounts()
                .moveRenewal(
                    ANNA, new ExtensionId("ext_1"), RenewalStage.CHARGING, RenewalStage.CAPTURING))
        .isTrue();
    assertThat(
            accounts()
                .moveRenewal(
                    ANNA, new ExtensionId("ext_1"), RenewalStage.CHARGING, RenewalStage.REFUNDING))
        .isFalse();
    assertThat(accounts().dropRenewal(ANNA, new ExtensionId("ext_1"))).isFalse();
    assertThat(
            accounts()
                .applyRenewal(ANNA, new ExtensionId("ext_1"), NOW.plusSeconds(1), period(end)))
        .isFalse();
    assertThat(accounts().applyRenewal(ANNA, new ExtensionId("ext_1"), NOW, period(end))).isTrue();
    assertThat(accounts().applyRenewal(ANNA, new ExtensionId("ext_1"), end, period(end))).isFalse();
    assertThat(accounts().beginRenewal(ANNA, renewal("ext_1"), NOW)).isFalse();
    StorageAccount now = accounts().find(ANNA).orElseThrow();
    assertThat(now.periodEnd()).isEqualTo(end);
    assertThat(now.noticeTime()).contains(end);
    assertThat(now.renewal()).isEmpty();
    assertThat(now.workTime()).isEmpty();
    assertThat(now.renewals()).containsExactly(new ExtensionId("ext_1"));
  }

  @Test
  void aDroppedRenewalMakesWayForTheNext() {
    accounts().insert(account(ANNA, State.ACTIVE));
    accounts().beginRenewal(ANNA, renewal("ext_1"), NOW);
    accounts()
        .moveRenewal(ANNA, new ExtensionId("ext_1"), RenewalStage.CHARGING, RenewalStage.REFUNDING);
    assertThat(accounts().dropRenewal(ANNA, new ExtensionId("ext_2"))).isFalse();
    assertThat(accounts().dropRenewal(ANNA, new ExtensionId("ext_1"))).isTrue();
    assertThat(accounts().unfinished(NOW.plusSeconds(9), 10)).isEmpty();
    assertThat(accounts().beginRenewal(ANNA, renewal("ext_2"), NOW)).isTrue();
  }

  @Test
  void workIsPostponedByWhoeverSawItLastAndTheLongestWaitingComesFirst() {
    accounts().insert(account(ANNA, State.CHARGING));
    accounts().insert(account(BEN, State.CHARGING));
    accounts().postponeWork(ANNA, NOW.plusSeconds(1), NOW.plusSeconds(50));
    assertThat(accounts().unfinished(NOW, 10)).hasSize(2);
    accounts().postponeWork(ANNA, NOW, NOW.plusSeconds(50));
    assertThat(accounts().unfinished(NOW, 10)).extracting(StorageAccount::id).containsExactly(BEN);
    assertThat(accounts().unfinished(NOW.plusSeconds(60), 10))
        .extracting(StorageAccount::id)
        .containsExactly(BEN, ANNA);
    assertThat(accounts().unfinished(NOW.plusSeconds(60), 1)).hasSize(1);
  }

  @Test
  void aNoticeIsPlannedByWhoeverSawItLast() {
    accounts().insert(account(ANNA, State.CAPTURING));
    Instant first = NOW.plusSeconds(10);
    accounts().activate(ANNA, new StorageId("sto_1"), period(first));
    assertThat(accounts().noticesDue(NOW, 10)).isEmpty();
    assertThat(accounts().noticesDue(first, 10)).hasSize(1);
    assertThat(accounts().planNotice(ANNA, NOW, Optional.empty())).isFalse();
    assertThat(accounts().planNotice(ANNA, first, Optional.of(NOW.plusSeconds(20)))).isTrue();
    assertThat(accounts().noticesDue(first, 10)).isEmpty();
    assertThat(accounts().planNotice(ANNA, NOW.plusSeconds(20), Optional.empty())).isTrue();
    assertThat(accounts().noticesDue(NOW.plusSeconds(99), 10)).isEmpty();
  }

  @Test
  void roomIsPromisedOncePerUploadAndUpToTheLimit() {
    accounts().insert(account(ANNA, State.ACTIVE));
    Reservation room = new Reservation(60, NOW);
    assertThat(accounts().reserve(ANNA, new UploadId("upl_1"), room, 40)).isTrue();
    assertThat(accounts().reserve(ANNA, new UploadId("upl_1"), room, 100)).isFalse();
    assertThat(accounts().reserve(ANNA, new UploadId("upl_2"), room, 40)).isFalse();
    assertThat(accounts().find(ANNA).orElseThrow().reservations())
        .containsKey(new UploadId("upl_1"));
    assertThat(accounts().unreserve(ANNA, new UploadId("upl_1"), 60)).isTrue();
    assertThat(accounts().unreserve(ANNA, new UploadId("upl_1"), 60)).isFalse();
    assertThat(accounts().find(ANNA).orElseThrow().reservedBytes()).isZero();
  }

  @Test
  void racersForRoomShareItExactly() throws Exception {
    accounts().insert(account(ANNA, State.ACTIVE));
    List<Callable<Boolean>> racers = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      UploadId id = new UploadId("upl_" + i);
      racers.add(() -> accounts().reserve(ANNA, id, new Reservation(10, NOW), 90));
    }
    int won = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> racer : threads.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
    }
    assertThat(won).isEqualTo(10);
    assertThat(accounts().find(ANNA).orElseThrow().reservedBytes()).isEqualTo(100);
  }

  @Test
  void bucketsAreMarkedAndUnmarked() {
    accounts().insert(account(ANNA, State.ACTIVE));
    accounts()
        .markBucket(
            ANNA, "my-files", Optional.of(new BucketMark(new BucketRequestId("bkt_1"), NOW)));
    assertThat(accounts().find(ANNA).orElseThrow().buckets())
        .containsEntry("my-files", new BucketMark(new BucketRequestId("bkt_1"), NOW));
    accounts().markBucket(ANNA, "my-files", Optional.empty());
    assertThat(accounts().find(ANNA).orElseThrow().buckets()).isEmpty();
  }

  @Test
  void theFirstMeasureOfAnUploadStands() {
    StoredUpload upload =
        new StoredUpload(
            new UploadId("upl_1"), ANNA, "b", "k", 5, 5, "a/b", NOW, NOW, Optional.empty());
    assertThat(uploads().insert(upload)).isTrue();
    assertThat(uploads().insert(upload)).isFalse();
    StoredUpload.Measured first = new StoredUpload.Measured(5, "a/b", "e1", NOW);
    assertThat(uploads().complete(new UploadId("upl_1"), first)).isTrue();
    assertThat(
            uploads()
                .complete(new UploadId("upl_1"), new StoredUpload.Measured(6, "a/b", "e2", NOW)))
        .isFalse();
    assertThat(uploads().find(new UploadId("upl_1")).orElseThrow().measured()).contains(first);
    assertThat(uploads().forgetBefore(NOW)).isZero();
    assertThat(uploads().forgetBefore(NOW.plusMillis(1))).isEqualTo(1);
  }

  @Test
  void aSlotHoldsOneKey() {
    S3Key key = new S3Key("CLK1", ANNA, S3Key.slot(ANNA, 0), "l", new byte[] {1}, NOW);
    assertThat(keys().insert(key)).isTrue();
    assertThat(keys().insert(new S3Key("CLK2", ANNA, S3Key.slot(ANNA, 0), "", new byte[1], NOW)))
        .isFalse();
    assertThat(keys().insert(new S3Key("CLK1", ANNA, S3Key.slot(ANNA, 1), "", new byte[1], NOW)))
        .isFalse();
    assertThat(keys().find("CLK1").orElseThrow().sealedSecret()).containsExactly(1);
    assertThat(keys().findInSlot(S3Key.slot(ANNA, 0)).orElseThrow().id()).isEqualTo("CLK1");
    assertThat(keys().delete(BEN, "CLK1")).isFalse();
    assertThat(keys().delete(ANNA, "CLK1")).isTrue();
    assertThat(keys().insert(key)).isTrue();
  }
}
