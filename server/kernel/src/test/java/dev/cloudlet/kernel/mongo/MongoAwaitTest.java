package dev.cloudlet.kernel.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.WriteConcernResult;
import com.mongodb.WriteError;
import com.mongodb.bulk.WriteConcernError;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An operation ends done, refused, unavailable or unknown, and never as another of these. */
class MongoAwaitTest {
  private static final ServerAddress SERVER = new ServerAddress("db");
  private static final BsonDocument NOTHING = new BsonDocument();

  private final MongoAwait await = new MongoAwait(Duration.ofSeconds(5));

  private void write(Throwable failure) {
    await.write("write", Mono.error(failure));
  }

  private void read(Throwable failure) {
    await.read("read", Mono.error(failure));
  }

  @Test
  void whatThePublisherGivesIsTheResult() {
    assertThat(await.read("read", Flux.just(1, 2, 3))).containsExactly(1, 2, 3);
    assertThat(await.writeOne("write", Mono.just("done"))).contains("done");
    assertThat(await.readOne("read", Mono.<String>empty())).isEmpty();
  }

  static List<MongoException> answersThatLeaveAWriteOpen() {
    MongoCommandException again = new MongoCommandException(NOTHING, SERVER);
    again.addLabel("RetryableWriteError");
    return List.of(
        new MongoWriteConcernException(
            new WriteConcernError(64, "WriteConcernTimeout", "waiting", NOTHING),
            WriteConcernResult.unacknowledged(),
            SERVER,
            Set.of()),
        new MongoNodeIsRecoveringException(NOTHING, SERVER),
        new MongoNotPrimaryException(NOTHING, SERVER),
        new MongoExecutionTimeoutException(50, "too slow"),
        new MongoSocketReadException("reset", SERVER),
        again);
  }

  @ParameterizedTest
  @MethodSource("answersThatLeaveAWriteOpen")
  void aWriteThatMayHaveHappenedIsUnknownAndAReadIsRepeatable(MongoException failure) {
    assertThatThrownBy(() -> write(failure)).isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(() -> read(failure)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void whatWasNeverSentIsUnavailable() {
    for (MongoException failure :
        List.of(
            new MongoTimeoutException("no server"),
            new MongoSocketOpenException("refused", SERVER))) {
      assertThatThrownBy(() -> write(failure)).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(() -> read(failure)).isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void aSecondDocumentOfAKeyIsADuplicateAndAnyOtherRefusalAFault() {
    MongoWriteException duplicate =
        new MongoWriteException(new WriteError(11000, "E11000", NOTHING), SERVER, Set.of());
    assertThatThrownBy(() -> write(duplicate)).isInstanceOf(DuplicateKeyException.class);
    MongoWriteException other =
        new MongoWriteException(new WriteError(121, "no", NOTHING), SERVER, Set.of());
    assertThatThrownBy(() -> write(other)).isExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void silenceIsUnknownForAWriteAndUnavailableForARead() {
    MongoAwait impatient = new MongoAwait(Duration.ofMillis(20));
    assertThatThrownBy(() -> impatient.write("write", Mono.never()))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(() -> impatient.read("read", Mono.never()))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void anInterruptedWriteIsUnknownAndAnInterruptedReadIsCancelled() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> await.write("write", Mono.never()))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> await.read("read", Mono.never()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
