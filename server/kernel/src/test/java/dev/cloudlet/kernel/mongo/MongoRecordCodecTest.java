package dev.cloudlet.kernel.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class MongoRecordCodecTest {
  enum Colour {
    RED,
    GREEN
  }

  record Part(String name, int count) {}

  record Whole(
      String id,
      AccountId owner,
      Colour colour,
      long bytes,
      double share,
      boolean ready,
      Instant at,
      Duration lasts,
      Optional<String> note,
      Optional<Part> spare,
      List<Part> parts,
      Map<String, Colour> marks) {}

  record Checked(String id, int count) {
    Checked {
      if (count < 0) {
        throw new IllegalArgumentException("a count is not negative");
      }
    }
  }

  record Leaky(String id, Secret token) {}

  record Raw(String id, byte[] bytes) {}

  private static final MongoRecordCodec<Whole> CODEC = MongoRecordCodec.of(Whole.class);
  private static final Whole FULL =
      new Whole(
          "job_1",
          new AccountId("usr_1"),
          Colour.GREEN,
          (1L << 53) + 1,
          0.25,
          true,
          Instant.parse("2026-11-25T22:00:00.123Z"),
          Duration.ofMinutes(3),
          Optional.of("n"),
          Optional.of(new Part("p", 1)),
          List.of(new Part("a", 2), new Part("b", 3)),
          Map.of("x", Colour.RED));

  @Test
  void aRecordComesBackAsItWas() {
    assertThat(CODEC.decode(CODEC.encode(FULL))).isEqualTo(FULL);
    byte[] bytes = {1, 2, 3};
    MongoRecordCodec<Raw> raw = MongoRecordCodec.of(Raw.class);
    assertThat(raw.decode(raw.encode(new Raw("r", bytes))).bytes()).containsExactly(1, 2, 3);
  }

  @Test
  void itsIdIsTheKeyOfTheDocument() {
    assertThat(CODEC.encode(FULL)).containsEntry("_id", "job_1").doesNotContainKey("id");
  }

  @Test
  void anEmptyOptionalIsNoFieldSoThatASparseIndexDoesNotCountIt() {
    Document stored = CODEC.encode(FULL);
    stored.remove("note");
    stored.remove("spare");
    Whole without = CODEC.decode(stored);
    assertThat(without.note()).isEmpty();
    assertThat(CODEC.encode(without)).doesNotContainKeys("note", "spare");
  }

  @Test
  void fieldsThatCameLaterReadAsEmptyIfTheyMayBe() {
    Document old = CODEC.encode(FULL);
    List.of("note", "spare", "parts", "marks").forEach(old::remove);
    Whole read = CODEC.decode(old);
    assertThat(read.parts()).isEmpty();
    assertThat(read.marks()).isEmpty();
  }

  @Test
  void aMissingFieldThatMustBeThereIsNamed() {
    Document broken = CODEC.encode(FULL);
    broken.remove("owner");
    assertThatThrownBy(() -> CODEC.decode(broken)).hasMessageContaining("Whole.owner");
  }

  record Named(
      AccountId id,
      Optional<AccountId> other,
      List<AccountId> all,
      Map<AccountId, AccountId> roles) {}

  @Test
  void anIdIsStoredAsItsTextWhereverItStands() {
    AccountId id = new AccountId("usr_1");
    Named named = new Named(id, Optional.of(id), List.of(id), Map.of(id, id));
    MongoRecordCodec<Named> codec = MongoRecordCodec.of(Named.class);
    Document stored =
        new Document("_id", "usr_1")
            .append("other", "usr_1")
            .append("all", List.of("usr_1"))
            .append("roles", new Document("usr_1", "usr_1"));
    assertThat(codec.encode(named)).isEqualTo(stored);
    assertThat(codec.decode(stored)).isEqualTo(named);
  }

  @Test
  void numbersOfAnotherWidthAreReadAndOverflowIsNotCut() {
    MongoRecordCodec<Part> codec = MongoRecordCodec.of(Part.class);
    assertThat(codec.decode(new Document("name", "p").append("count", 7L)).count()).isEqualTo(7);
    assertThat(codec.decode(new Document("name", "p").append("count", 7.0)).count()).isEqualTo(7);
    assertThatThrownBy(() -> codec.decode(new Document("name", "p").append("count", 1L << 40)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aStoredRecordThatBreaksItsOwnRulesIsRefused() {
    assertThatThrownBy(
            () ->
                MongoRecordCodec.of(Checked.class)
                    .decode(new Document("_id", "c").append("count", -1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Checked");
  }

  @Test
  void aSecretIsNeverStored() {
    assertThatThrownBy(() -> MongoRecordCodec.of(Leaky.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token");
  }

  @Test
  void anEmptyOptionalHasNoStoredForm() {
    assertThatThrownBy(() -> MongoRecords.stored(Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MongoRecords.stored(Duration.ofSeconds(2))).isEqualTo(2000L);
    assertThat(MongoRecords.stored(Colour.RED)).isEqualTo("RED");
  }
}
