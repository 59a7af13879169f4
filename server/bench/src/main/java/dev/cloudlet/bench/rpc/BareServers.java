package dev.cloudlet.bench.rpc;

import com.google.protobuf.Timestamp;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.GetTimeRequest;
import dev.cloudlet.api.dev.v1.GetTimeResponse;
import dev.cloudlet.api.wallet.v1.ListPricesRequest;
import dev.cloudlet.api.wallet.v1.ListPricesResponse;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;

/**
 * The same answer with nothing before it: from Armeria, from its handler of JSON, from grpc-java.
 */
final class BareServers implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final Server armeria;
  private final io.grpc.Server netty;

  BareServers(ListPricesResponse answer, String json) throws IOException {
    armeria =
        Server.builder()
            .http(new InetSocketAddress(LOOPBACK, 0))
            .service(
                GrpcService.builder().addService(new Prices(answer)).addService(new Time()).build())
            .service(
                SignedInPlatform.PRICES,
                (ctx, request) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, json))
            .build();
    armeria.start().join();
    netty =
        NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, 0))
            .directExecutor()
            .addService(new Prices(answer))
            .build()
            .start();
  }

  private static final class Prices extends PricingServiceGrpc.PricingServiceImplBase {
    private final ListPricesResponse answer;

    Prices(ListPricesResponse answer) {
      this.answer = answer;
    }

    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
      observer.onNext(answer);
      observer.onCompleted();
    }
  }

  private static final class Time extends ClockServiceGrpc.ClockServiceImplBase {
    @Override
    public void getTime(GetTimeRequest request, StreamObserver<GetTimeResponse> observer) {
      Instant now = Instant.now();
      observer.onNext(
          GetTimeResponse.newBuilder()
              .setTime(
                  Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
              .build());
      observer.onCompleted();
    }
  }

  URI armeria() {
    return URI.create("http://" + LOOPBACK + ":" + armeria.activeLocalPort());
  }

  URI netty() {
    return URI.create("http://" + LOOPBACK + ":" + netty.getPort());
  }

  @Override
  public void close() {
    netty.shutdownNow();
    armeria.stop().join();
  }
}
