package dev.cloudlet.standalone.observed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A customer who signs up, pays, uploads, transcodes and watches; every secret is planted. */
final class ObservedJourney {
  /** The trace under which the customer's own system asks for the transcode. */
  static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  static final String CALLER_SPAN = "00f067aa0ba902b7";
  static final String EMAIL = "ann@example.com";

  private static final Pattern FORM_TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");
  private static final Pattern SIGNATURE = Pattern.compile("X-Amz-Signature=([0-9a-f]{64})");

  private final ObservedRun run;
  private final HttpClient http = HttpClient.newHttpClient();
  private String token = "";
  private String job = "";
  private String video = "";
  private String address = "";

  ObservedJourney(ObservedRun run) {
    this.run = run;
  }

  String token() {
    return token;
  }

  String job() {
    return job;
  }

  String video() {
    return video;
  }

  /** A signed address of an object. */
  String download() {
    return address;
  }

  void go() {
    String password = run.planted.add("password", "planted password 6b1f");
    signUp(password);
    token = logIn(password);
    changePassword(password);
    pay();
    store();
    film();
    watch();
    beRefused();
  }

  private void signUp(String password) {
    JsonNode registered =
        ok("/v1/auth:register", json("email", EMAIL, "password", password, "name", "Ann"));
    String code = run.planted.addCode("one-time code", run.code(EMAIL, 1));
    ok(
        "/v1/auth:verifyEmail",
        json("registrationId", registered.path("registrationId").asText(), "otp", code));
  }

  private String logIn(String password) {
    Answer answer =
        run.platform.call(
            "POST",
            "/v1/auth:login",
            "{\"email\":\"%s\",\"password\":\"%s\",\"cookies\":true}".formatted(EMAIL, password));
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    answer
        .raw()
        .headers()
        .allValues("set-cookie")
        .forEach(
            cookie ->
                run.planted.add(
                    "cookie", cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'))));
    // With cookies the answer's body has no tokens.
    JsonNode session =
        ok("/v1/auth:login", json("email", EMAIL, "password", password)).path("session");
    String refresh = run.planted.add("refresh token", session.path("refreshToken").asText());
    run.planted.add("access token", session.path("accessToken").asText());
    JsonNode renewed =
        run.platform.call(refresh, "POST", "/v1/auth:refresh", "{}").body().path("session");
    run.planted.add("refresh token", renewed.path("refreshToken").asText());
    return run.planted.add("access token", renewed.path("accessToken").asText());
  }

  private void changePassword(String password) {
    String changed = run.planted.add("password", "planted password 90e4");
    ok("/v1/auth:changePassword", json("currentPassword", password, "newPassword", changed));
    token = login(changed);
    ok("/v1/auth:sendOtp", json("email", EMAIL, "purpose", "OTP_PURPOSE_PASSWORD_RESET"));
    String code = run.planted.addCode("one-time code", run.code(EMAIL, 2));
    String reset = run.planted.add("password", "planted password c05a");
    ok("/v1/auth:resetPassword", json("email", EMAIL, "otp", code, "newPassword", reset));
    token = login(reset);
  }

  private String login(String password) {
    JsonNode session =
        ok("/v1/auth:login", json("email", EMAIL, "password", password)).path("session");
    run.planted.add("refresh token", session.path("refreshToken").asText());
    return run.planted.add("access token", session.path("accessToken").asText());
  }

  private void pay() {
    JsonNode order = ok("/v1/payments/orders", "{\"amount\":{\"minor\":\"10000\"}}").path("order");
    URI page = run.platform.baseUri().resolve(order.path("checkoutUrl").asText());
    Matcher form = FORM_TOKEN.matcher(text(HttpRequest.newBuilder(page)));
    assertThat(form.find()).isTrue();
    run.planted.add("token of the checkout's form", form.group(1));
    text(
        HttpRequest.newBuilder(page)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("action=pay&token=" + encoded(form.group(1)))));
    ok("/v1/payments/orders/" + order.path("id").asText() + ":verify", "");
  }

  private void store() {
    JsonNode credential = ok("/v1/storage", "{\"sizeGb\":1}").path("credential");
    run.planted.add("secret key", credential.path("secretAccessKey").asText());
    ok("/v1/storage/buckets", json("bucket", "papers"));
    JsonNode ticket =
        ok(
                "/v1/storage/uploads",
                """
            {"bucket":"papers","key":"a.txt","sizeBytes":"5","contentType":"text/plain"}
            """)
            .path("ticket");
    put(ticket, "hello".getBytes(StandardCharsets.UTF_8), "text/plain");
    ok("/v1/storage/uploads/" + ticket.path("uploadId").asText() + ":complete", "");
    Answer download =
        run.platform.call(token, "GET", "/v1/storage/buckets/papers:download?key=a.txt", "");
    address = download.body().path("url").asText();
    signed(address);
    assertThat(text(HttpRequest.newBuilder(URI.create(address)))).isEqualTo("hello");
  }

  private void film() {
    byte[] film = ShortFilm.make(run.folder);
    JsonNode made =
        ok(
            "/v1/videos",
            "{\"fileName\":\"film.mp4\",\"sizeBytes\":\"%d\",\"contentType\":\"video/mp4\"}"
                .formatted(film.length));
    video = made.path("video").path("id").asText();
    put(made.path("ticket"), film, "video/mp4");
    ok("/v1/videos/" + video + ":completeUpload", "");
    Answer ordered =
        run.platform.send(
            run.platform
                .request("POST", "/v1/videos/" + video + ":transcode", "{\"heights\":[360]}")
                .header("authorization", "Bearer " + token)
                .header("traceparent", "00-" + TRACE + '-' + CALLER_SPAN + "-01"));
    assertThat(ordered.status()).as(ordered.raw().body()).isEqualTo(200);
    job = ordered.body().path("job").path("id").asText();
    Awaitility.await("the film")
        .atMost(Duration.ofMinutes(1))
        .until(() -> state(), state -> state.equals("VIDEO_STATE_READY"));
  }

  private String state() {
    return run.platform
        .call(token, "GET", "/v1/videos/" + video, "")
        .body()
        .path("video")
        .path("state")
        .asText();
  }

  private void watch() {
    JsonNode playback = ok("/v1/videos/" + video + ":playback", "");
    String master = playback.path("masterUrl").asText();
    run.planted.add("playback token", master.substring(master.indexOf("token=") + 6));
    assertThat(text(HttpRequest.newBuilder(URI.create(master)))).startsWith("#EXTM3U");
  }

  private void beRefused() {
    assertThat(run.platform.call("GET", "/v1/jobs/" + job, "").status()).isEqualTo(401);
  }

  private void put(JsonNode ticket, byte[] content, String type) {
    String url = ticket.path("url").asText();
    signed(url);
    text(
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", type)
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  private void signed(String url) {
    Matcher signature = SIGNATURE.matcher(url);
    assertThat(signature.find()).as(url).isTrue();
    run.planted.add("signature of an address", signature.group(1));
  }

  private JsonNode ok(String path, String body) {
    Answer answer =
        token.isEmpty()
            ? run.platform.call("POST", path, body)
            : run.platform.call(token, "POST", path, body);
    assertThat(answer.status()).as(path + " " + answer.raw().body()).isEqualTo(200);
    return answer.body();
  }

  private String text(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isBetween(200, 399);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A JSON object of texts. */
  static String json(String... namesAndValues) {
    StringBuilder object = new StringBuilder("{");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object
          .append(i == 0 ? "\"" : ",\"")
          .append(namesAndValues[i])
          .append("\":\"")
          .append(namesAndValues[i + 1])
          .append('"');
    }
    return object.append('}').toString();
  }
}
