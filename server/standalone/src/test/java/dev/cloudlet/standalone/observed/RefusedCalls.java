package dev.cloudlet.standalone.observed;

import static dev.cloudlet.standalone.observed.ObservedJourney.EMAIL;
import static dev.cloudlet.standalone.observed.ObservedJourney.json;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.wallet.v1.GetBalanceRequest;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Calls that are refused on every wire, each with a secret in the place where it is refused. */
final class RefusedCalls {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ObservedRun run;
  private final Map<String, String> answers = new LinkedHashMap<>();
  private final String password;
  private final String stranger;

  RefusedCalls(ObservedRun run) {
    this.run = run;
    this.password = run.planted.add("password", "planted wrong 2f8e");
    this.stranger =
        run.planted.add(
            "token of a stranger",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSIsInBsYW50ZWQiOnRydWV9.cGxhbnRlZA");
  }

  /** What was answered, by what was called. */
  Map<String, String> answers() {
    return Map.copyOf(answers);
  }

  void provoke() {
    restBodies();
    restTokens();
    plainRoutes();
    objects();
    seedRoutes();
    for (String scheme : List.of("gproto+http", "gproto-web+http")) {
      rpc(scheme);
    }
  }

  private void restBodies() {
    rest("/v1/auth:login", json("email", EMAIL, "password", password));
    rest("/v1/auth:login", json("email", EMAIL, "password", password).replace("}", ""));
    rest("/v1/auth:login", json("email", EMAIL, "pasword", password));
    rest("/v1/auth:login", json("email", password, "password", password));
    rest("/v1/auth:login?password=" + password.replace(' ', '+'), "{}");
    rest("/v1/auth:register", json("email", EMAIL, "password", password.repeat(10), "name", "A"));
    rest("/v1/auth:register", json("email", EMAIL, "password", password, "name", "Ann"));
    rest("/v1/auth:verifyEmail", json("registrationId", stranger, "otp", password));
    keep("a stranger's refresh", run.platform.call(stranger, "POST", "/v1/auth:refresh", "{}"));
    rest("/v1/auth:refresh", "[\"" + stranger + "\"]");
    rest("/v1/auth:resetPassword", json("email", EMAIL, "otp", "000000", "newPassword", password));
    rest("/v1/auth:redeemHandoff", json("handoffId", stranger));
    rest("/v1/auth:nothing", json("password", password));
    rest("/v1/" + stranger, "");
    rest("/v1/videos/" + stranger + ":transcode", "");
  }

  private void restTokens() {
    for (String value : List.of(stranger, "", run.journey.token() + "x", run.metricsToken)) {
      for (String path : List.of("/v1/wallet", "/v1/jobs", "/metrics", "/v1/videos/x:watch")) {
        HttpRequest.Builder request =
            run.platform.request("GET", path, "").header("authorization", "Bearer " + value);
        if (!path.equals("/metrics") || !value.equals(run.metricsToken)) {
          keep("GET " + path, run.platform.send(request.header("x-forwarded-for", "10.1.2.3")));
        }
      }
    }
    keep(
        "a cookie",
        run.platform.send(
            run.platform
                .request("GET", "/v1/wallet", "")
                .header("cookie", "accessToken=" + stranger + "; refreshToken=" + stranger)));
  }

  private void plainRoutes() {
    String signature = run.planted.add("signature of a webhook", "planted0signature0of0a0webhook");
    keep(
        "a webhook",
        run.platform.send(
            run.platform
                .request("POST", "/v1/payments/webhooks/sandbox", "{\"event\":\"x\"}")
                .header("x-sandbox-signature", signature)));
    for (String path :
        List.of(
            "/playback/" + run.journey.video() + "/master.m3u8?token=" + stranger,
            "/playback/" + stranger + "/master.m3u8",
            "/play/" + run.journey.video() + "?token=" + stranger,
            "/sandbox/checkout/" + stranger)) {
      keep("GET " + path.replace(stranger, "…"), run.platform.call("GET", path, ""));
    }
  }

  // The store's answer names the signature that was sent, as S3 does: so not a real one.
  private void objects() {
    String address = run.journey.download();
    String forged = address.replaceAll("(X-Amz-Signature=)[0-9a-f]{64}", "$1" + "0".repeat(64));
    keep("a forged address", run.platform.send(HttpRequest.newBuilder(URI.create(forged))));
    String bare = address.substring(0, address.indexOf('?'));
    keep("a bare address", run.platform.send(HttpRequest.newBuilder(URI.create(bare))));
  }

  private void seedRoutes() {
    for (String path :
        List.of("/api/v1/login", "/api/auth/login", "/api/v1/register", "/api/v1/verify-email")) {
      keep(
          "POST " + path,
          run.platform.call("POST", path, json("email", EMAIL, "password", password)));
    }
    keep("GET /api/credits", run.platform.call(stranger, "GET", "/api/credits", ""));
  }

  private void rest(String path, String body) {
    String called = "POST " + path.replace(stranger, "…").replaceAll("=.*", "=…");
    keep(called, run.platform.call("POST", path, body));
  }

  private void keep(String called, Answer answer) {
    if (answer.status() < 400) {
      throw new IllegalStateException(called + " was not refused");
    }
    answers.put(
        called + " #" + answers.size(),
        answer.status() + " " + answer.raw().headers().map() + " " + answer.raw().body());
  }

  private void rpc(String scheme) {
    String address = scheme + "://" + run.platform.baseUri().getAuthority() + "/";
    AuthServiceGrpc.AuthServiceBlockingStub auth =
        GrpcClients.newClient(address, AuthServiceGrpc.AuthServiceBlockingStub.class);
    refused(
        scheme,
        () -> auth.login(LoginRequest.newBuilder().setEmail(EMAIL).setPassword(password).build()));
    refused(
        scheme,
        () -> auth.login(LoginRequest.newBuilder().setEmail(password).setPassword("x").build()));
    refused(
        scheme,
        () ->
            auth.register(
                RegisterRequest.newBuilder().setEmail(EMAIL).setPassword(password).build()));
    refused(
        scheme,
        () ->
            auth.resetPassword(
                ResetPasswordRequest.newBuilder()
                    .setEmail(EMAIL)
                    .setOtp(password)
                    .setNewPassword(password)
                    .build()));
    rpcOfStrangers(scheme, address);
  }

  private void rpcOfStrangers(String scheme, String address) {
    Metadata token = new Metadata();
    token.put(AUTHORIZATION, "Bearer " + stranger);
    refused(
        scheme,
        () ->
            GrpcClients.newClient(address, AuthServiceGrpc.AuthServiceBlockingStub.class)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token))
                .refreshSession(RefreshSessionRequest.getDefaultInstance()));
    refused(
        scheme,
        () ->
            GrpcClients.newClient(address, WalletServiceGrpc.WalletServiceBlockingStub.class)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token))
                .getBalance(GetBalanceRequest.getDefaultInstance()));
    refused(
        scheme,
        () ->
            GrpcClients.newClient(address, NodeServiceGrpc.NodeServiceBlockingStub.class)
                .registerNode(
                    RegisterNodeRequest.newBuilder()
                        .setJoinToken(stranger)
                        .setName("n")
                        .setAddress("127.0.0.1:1")
                        .addRoles(NodeRole.NODE_ROLE_TRANSCODE)
                        .setSlots(1)
                        .setInstance("ins_01m8ae5cszrxg1ws")
                        .build()));
  }

  private void refused(String scheme, Supplier<?> call) {
    try {
      call.get();
    } catch (StatusRuntimeException e) {
      answers.put(scheme + " #" + answers.size(), e.getStatus() + " " + e.getTrailers());
      return;
    }
    throw new IllegalStateException("a call was not refused");
  }
}
