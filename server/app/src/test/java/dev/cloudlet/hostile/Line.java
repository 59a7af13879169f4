package dev.cloudlet.hostile;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends shots to the server; each answer has a time in which it must come. */
final class Line implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration STREAM_REFUSES_WITHIN = Duration.ofSeconds(2);

  private final ClientFactory factory = ClientFactory.builder().build();
  private final WebClient h2;
  private final WebClient h1;

  Line(URI server) {
    h2 = client("h2c", server);
    h1 = client("h1c", server);
  }

  private WebClient client(String protocol, URI server) {
    return WebClient.builder(protocol + "://" + server.getAuthority())
        .factory(factory)
        .responseTimeout(LONGEST)
        .writeTimeout(LONGEST)
        .build();
  }

  /** Sends and waits. */
  Reply send(Wires wire, Rpc rpc, Wires.Shot shot, Map<String, String> headers) {
    RequestHeadersBuilder head =
        RequestHeaders.builder(HttpMethod.valueOf(shot.method()), shot.path());
    if (!shot.contentType().isEmpty()) {
      head.add("content-type", shot.contentType());
    }
    if (wire == Wires.GRPC || wire == Wires.GRPC_JSON) {
      head.add("te", "trailers");
    }
    headers.forEach(head::set);
    HttpResponse response =
        (wire == Wires.GRPC || wire == Wires.GRPC_JSON ? h2 : h1)
            .execute(HttpRequest.of(head.build(), HttpData.wrap(shot.body())));
    return answer(wire, rpc, response);
  }

  /** Sends to a route that is no rpc's; the answer is not looked into. */
  AggregatedHttpResponse send(Wires.Shot shot, Map<String, String> headers) {
    RequestHeadersBuilder head =
        RequestHeaders.builder(HttpMethod.valueOf(shot.method()), shot.path());
    head.add("content-type", shot.contentType());
    headers.forEach(head::set);
    return h1.execute(HttpRequest.of(head.build(), HttpData.wrap(shot.body()))).aggregate().join();
  }

  private static Reply answer(Wires wire, Rpc rpc, HttpResponse response) {
    Duration longest = rpc.streaming() ? STREAM_REFUSES_WITHIN : LONGEST;
    try {
      return Reply.of(wire, response.aggregate().get(longest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      response.abort();
      return rpc.streaming() ? Reply.OPEN : Reply.HANGS;
    } catch (ExecutionException e) {
      return e.getCause() instanceof ResponseTimeoutException
          ? Reply.HANGS
          : new Reply(0, "CLOSED", e.getCause().toString(), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    factory.close();
  }
}
