package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageAccountsTest.refusedWith;
import static dev.cloudlet.storage.StorageFixture.ANNA;
import static dev.cloudlet.storage.StorageFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.wallet.TransferId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StorageKeysTest {
  private final StorageFixture world = new StorageFixture().enabled(ANNA, "files");

  private StorageKeys.KeyPair key(String request) {
    return world.keys.create(ANNA, "laptop", world.request(request));
  }

  @Test
  void aPairOpensItsOwnersFolder() {
    StorageKeys.KeyPair pair = key("k1");
    S3KeyFacts facts = world.directory.find(pair.key().id()).orElseThrow();
    assertThat(facts.owner()).isEqualTo(ANNA);
    assertThat(facts.folder()).isEqualTo(ANNA.value());
    assertThat(facts.secret()).isEqualTo(pair.secret());
    assertThat(facts.quotaBytes()).isEqualTo(1L << 30);
    assertThat(facts.writable()).isTrue();
  }

  @Test
  void whatIsKeptDoesNotHoldTheSecret() {
    StorageKeys.KeyPair pair = key("k1");
    byte[] sealed = world.keyStore.find(pair.key().id()).orElseThrow().sealedSecret();
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
        .doesNotContain(pair.secret().reveal());
    assertThat(pair.toString()).doesNotContain(pair.secret().reveal());
  }

  @Test
  void theSameRequestAgainShowsTheSamePair() {
    assertThat(key("k1").secret()).isEqualTo(key("k1").secret());
    assertThat(world.keys.list(ANNA)).hasSize(1);
  }

  @Test
  void theEleventhPairIsRefusedUntilOneIsRevoked() {
    for (int i = 0; i < 10; i++) {
      key("k" + i);
    }
    refusedWith(ErrorReason.ERROR_REASON_QUOTA_EXCEEDED, () -> key("k10"));
    world.keys.revoke(ANNA, world.keys.list(ANNA).getFirst().id());
    key("k11");
    assertThat(world.keys.list(ANNA)).hasSize(10);
  }

  @Test
  void revokingActsAtOnce() {
    StorageKeys.KeyPair pair = key("k1");
    assertThat(world.directory.find(pair.key().id())).isPresent();
    world.keys.revoke(ANNA, pair.key().id());
    world.directory.forget(pair.key().id());
    assertThat(world.directory.find(pair.key().id())).isEmpty();
  }

  @Test
  void nobodyRevokesAnothersPairOrThePlatformsOwn() {
    StorageKeys.KeyPair pair = key("k1");
    world.keys.revoke(BEN, pair.key().id());
    assertThat(world.keys.list(ANNA)).hasSize(1);
    String internal = world.keys.internal(ANNA, world.request("i")).key().id();
    refusedWith(ErrorReason.ERROR_REASON_NOT_FOUND, () -> world.keys.revoke(ANNA, internal));
    assertThat(world.keys.list(ANNA)).extracting(S3Key::id).doesNotContain(internal);
  }

  @Test
  void thePlatformsPairIsMadeOnce() {
    assertThat(world.keys.internal(ANNA, world.request("i1")).key().id())
        .isEqualTo(world.keys.internal(ANNA, world.request("i2")).key().id());
  }

  @Test
  void anExpiredPairOnlyReadsAndAfterTheGraceOpensNothing() {
    String id = key("k1").key().id();
    assertThat(world.directory.find(id).orElseThrow().writable()).isTrue();
    world.clock.advance(Duration.ofDays(30));
    assertThat(world.directory.find(id).orElseThrow().writable()).isFalse();
    world.clock.advance(Duration.ofDays(7));
    assertThat(world.directory.find(id)).isEmpty();
  }

  @Test
  void extendingMakesAPairWriteAgain() {
    String id = key("k1").key().id();
    world.clock.advance(Duration.ofDays(31));
    assertThat(world.directory.find(id).orElseThrow().writable()).isFalse();
    world.coins.credit(ANNA, new TransferId("more"), 1000, "t", "t");
    world.extensions.extend(ANNA, world.request("x"));
    assertThat(world.directory.find(id).orElseThrow().writable()).isTrue();
  }

  @Test
  void thePlatformsOwnPairCleansUpAfterTheGraceWhenNothingIsServedAnyMore() {
    String serving = world.keys.internal(ANNA, world.request("i")).key().id();
    String cleaning = world.keys.cleaner(ANNA, world.request("c")).key().id();
    world.clock.advance(Duration.ofDays(30));
    assertThat(world.directory.find(serving).orElseThrow().writable()).isFalse();
    assertThat(world.directory.find(cleaning).orElseThrow().writable()).isTrue();
    world.clock.advance(Duration.ofDays(7));
    assertThat(world.directory.find(serving)).isEmpty();
    assertThat(world.directory.find(cleaning).orElseThrow().writable()).isTrue();
    refusedWith(ErrorReason.ERROR_REASON_NOT_FOUND, () -> world.keys.revoke(ANNA, cleaning));
    assertThat(world.keys.list(ANNA)).isEmpty();
  }

  @Test
  void anUnknownKeyOpensNothing() {
    assertThat(world.directory.find("CLKNOBODY")).isEmpty();
  }
}
