package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.CancelJobResponse;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.cloudlet.kernel.error.Effects;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.rpc.IdempotencyStore;
import dev.cloudlet.kernel.rpc.InMemoryIdempotencyStore;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * The database goes away in the midst of a call, so that the claim on its request can't be given
 * back either: the caller hears what became of the call, not what became of the claim.
 */
class UnreleasedRequestTest {
  private static final String NEVER_REACHED = "job_never";
  private static final String HALF_DONE = "job_half";
  private static final String REFUSED = "job_refused";

  private static StatusRuntimeException cancel(String job) {
    try (EdgeFixture edge =
        new EdgeFixture(EdgeFixture.Choice.of(new Breaking()).requests(new GoneMidway()))) {
      JobServiceBlockingStub stub =
          edge.rpc("gproto", JobServiceBlockingStub.class, "authorization", "Bearer ann");
      return catchThrowableOfType(
          StatusRuntimeException.class,
          () ->
              stub.cancelJob(
                  CancelJobRequest.newBuilder().setJobId(job).setRequestId("r-1").build()));
    }
  }

  @Test
  void aCallThatChangedSomethingHasAnUnknownOutcome() {
    assertThat(StatusDetails.reason(cancel(HALF_DONE))).isEqualTo("OUTCOME_UNKNOWN");
  }

  @Test
  void aCallThatChangedNothingIsSaidToHaveChangedNothing() {
    assertThat(StatusDetails.reason(cancel(NEVER_REACHED))).isEqualTo("DEPENDENCY_UNAVAILABLE");
  }

  @Test
  void aRefusalStaysThatRefusal() {
    assertThat(StatusDetails.reason(cancel(REFUSED))).isEqualTo("NOT_FOUND");
  }

  private static final class Breaking extends JobServiceGrpc.JobServiceImplBase {
    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> reply) {
      if (request.getJobId().equals(REFUSED)) {
        throw PlatformException.notFound("job", request.getJobId());
      }
      if (request.getJobId().equals(HALF_DONE)) {
        Effects.begun();
      }
      throw new UnavailableException("no server can be chosen", null);
    }
  }

  /** Claims, and from then on reaches no database. */
  private static final class GoneMidway implements IdempotencyStore {
    private final InMemoryIdempotencyStore there = new InMemoryIdempotencyStore();

    @Override
    public Begin begin(String key, String bodyHash, String salt, Instant now, Duration lease) {
      return there.begin(key, bodyHash, salt, now, lease);
    }

    @Override
    public void finish(String key, byte[] response) {
      throw new UnavailableException("no server can be chosen", null);
    }

    @Override
    public void release(String key) {
      throw new UnavailableException("no server can be chosen", null);
    }

    @Override
    public long sweep(Instant now) {
      return there.sweep(now);
    }
  }
}
