package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.kernel.crypto.JwtKeys;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SeededRandom;
import dev.cloudlet.kernel.crypto.TokenRefusedException;
import dev.cloudlet.kernel.crypto.VerifiedToken;
import dev.cloudlet.kernel.rpc.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
  private static final Duration AGE = Duration.ofDays(90);
  private static final Duration OVERLAP = Duration.ofHours(48);
  private static final String AUDIENCE = "test";

  private final IdentityFixture cloud = new IdentityFixture();
  private final SigningKeys here = server();
  private final SigningKeys there = server();

  @AfterEach
  void close() {
    cloud.close();
  }

  private SigningKeys server() {
    return new SigningKeys(cloud.stores.keys(), cloud.crypto.box(), cloud.config, cloud.clock);
  }

  private void pass(Duration time) {
    cloud.clock.advance(time);
    here.refresh();
    there.refresh();
  }

  private static String token(SigningKeys keys) {
    return keys.current().sign("somebody", Map.of(), AUDIENCE, Duration.ofHours(1));
  }

  private static String keyOf(String token) {
    return JWT.decode(token).getKeyId();
  }

  private static VerifiedToken verify(SigningKeys keys, String token) {
    return keys.current().verify(token, AUDIENCE);
  }

  private static List<String> published(String jwks) throws Exception {
    List<String> ids = new ArrayList<>();
    for (JsonNode key : new ObjectMapper().readTree(jwks).path("keys")) {
      ids.add(key.path("kid").asText());
    }
    return ids;
  }

  @Test
  void anOldKeyGetsASuccessorThatIsPublishedBeforeItSigns() throws Exception {
    String first = keyOf(token(here));
    pass(AGE.minusSeconds(1));
    assertThat(published(here.current().jwks())).containsExactly(first);

    pass(Duration.ofSeconds(1));
    List<String> both = published(here.current().jwks());
    assertThat(both).hasSize(2).startsWith(first);
    assertThat(keyOf(token(here))).isEqualTo(first);
    assertThat(there.current().jwks()).isEqualTo(here.current().jwks());

    pass(OVERLAP);
    assertThat(keyOf(token(here))).isEqualTo(both.getLast()).isEqualTo(keyOf(token(there)));
  }

  @Test
  void aTokenOfThePreviousKeyIsGoodUntilItIsOverAndThenTheKeyIsForgotten() throws Exception {
    pass(AGE);
    pass(OVERLAP.minusSeconds(1));
    String old = token(here);
    pass(Duration.ofSeconds(1));
    String fresh = token(there);
    assertThat(keyOf(fresh)).isNotEqualTo(keyOf(old));
    assertThat(verify(there, old).subject()).isEqualTo("somebody");
    assertThat(verify(here, fresh).subject()).isEqualTo("somebody");
    assertThat(published(here.current().jwks())).containsExactly(keyOf(fresh), keyOf(old));

    pass(OVERLAP);
    assertThat(published(here.current().jwks())).containsExactly(keyOf(fresh));
    assertThat(cloud.stores.keys().list()).hasSize(1);
    assertThatThrownBy(() -> verify(here, old)).isInstanceOf(TokenRefusedException.class);
  }

  @Test
  void aServerThatStartsAgainSignsWithTheSameKeyAndTurnsTheSameWay() {
    pass(AGE);
    pass(OVERLAP);
    String current = keyOf(token(here));
    assertThat(keyOf(token(server()))).isEqualTo(current);
    pass(AGE);
    pass(OVERLAP);
    assertThat(keyOf(token(server()))).isEqualTo(keyOf(token(here))).isNotEqualTo(current);
  }

  @Test
  void ofManyServersThatTurnAtOnceOneMakesTheKey() throws Exception {
    cloud.clock.advance(AGE);
    List<SigningKeys> servers = new ArrayList<>();
    List<Callable<SigningKeys>> starts = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      starts.add(this::server);
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<SigningKeys> start : threads.invokeAll(starts)) {
        servers.add(start.get());
      }
    }
    assertThat(cloud.stores.keys().list()).hasSize(2);
    assertThat(servers.stream().map(SigningKeys::current).map(JwtKeys::jwks).distinct()).hasSize(1);
  }

  @Test
  void theKeysInTheDatabaseAreSealed() {
    MasterKey other = MasterKey.generate(new SeededRandom(8));
    SecretBox box = new SecretBox(other, List.of(), new SeededRandom(9));
    assertThatThrownBy(() -> new SigningKeys(cloud.stores.keys(), box, cloud.config, cloud.clock))
        .hasMessageContaining("another master key");
    assertThat(cloud.stores.keys().list().getFirst().sealed()).doesNotContain("PRIVATE KEY");
  }

  @Test
  void aSessionOutlivesTheTurnAndTheWorldReadsBothKeysOverHttp() throws Exception {
    cloud.open("asha@example.com");
    cloud.clock.advance(AGE);
    cloud.module.turnSigningKeys();
    cloud.clock.advance(OVERLAP.minusMinutes(5));
    Session session = cloud.login("asha@example.com");
    cloud.clock.advance(Duration.ofMinutes(5));
    cloud.module.turnSigningKeys();

    ServerBuilder builder = HttpServer.builder().http(0);
    cloud.module.routes(builder);
    try (Server server = builder.build();
        HttpClient client = HttpClient.newHttpClient()) {
      server.start().join();
      URI keys =
          URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/.well-known/jwks.json");
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(keys).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("cache-control")).contains("public, max-age=300");
      assertThat(published(answer.body()))
          .hasSize(2)
          .last()
          .isEqualTo(keyOf(session.getAccessToken()));
    }
    assertThat(
            cloud
                .users(session.getAccessToken())
                .getProfile(dev.cloudlet.api.identity.v1.GetProfileRequest.getDefaultInstance())
                .getUser()
                .getEmail())
        .isEqualTo("asha@example.com");
    assertThat(keyOf(cloud.login("asha@example.com").getAccessToken()))
        .isNotEqualTo(keyOf(session.getAccessToken()));
  }
}
