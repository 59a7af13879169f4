package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpMethod;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.rpc.EdgeFixture;
import dev.cloudlet.rpc.EdgeFixture.Answer;
import io.grpc.BindableService;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A browser's session lives in HttpOnly cookies, on every wire, and no script ever sees them. */
class BrowserSessionTest {
  private static final String EMAIL = "asha@example.com";
  private static final String REFRESH = "/v1/auth:refresh";
  private static final String LOGOUT = "/v1/auth:logout";

  private IdentityFixture cloud;
  private EdgeFixture edge;

  @BeforeEach
  void start() {
    cloud = new IdentityFixture();
    cloud.open(EMAIL);
    edge =
        new EdgeFixture(
            EdgeFixture.Choice.of(cloud.module.services().toArray(BindableService[]::new))
                .authenticator(cloud.module.authenticator())
                .clock(cloud.clock));
  }

  @AfterEach
  void stop() {
    edge.close();
    cloud.close();
  }

  private Answer login() {
    return edge.post(
        "/v1/auth:login",
        "{\"email\":\""
            + EMAIL
            + "\",\"password\":\""
            + IdentityFixture.PASSWORD
            + "\",\"cookies\":true}");
  }

  private static String value(Answer answer, String name) {
    return answer.cookies().stream()
        .map(Cookie::fromSetCookieHeader)
        .filter(cookie -> cookie.name().equals(name))
        .map(Cookie::value)
        .findFirst()
        .orElse("");
  }

  private static String jar(Answer answer) {
    return "cloudlet_access="
        + value(answer, "cloudlet_access")
        + "; cloudlet_refresh="
        + value(answer, "cloudlet_refresh");
  }

  private static void isHidden(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.cookies())
        .hasSize(2)
        .allSatisfy(
            cookie ->
                assertThat(cookie.toLowerCase(Locale.ROOT))
                    .contains("httponly", "samesite=lax", "path=/", "max-age="));
    assertThat(answer.json().path("session").path("id").asText()).startsWith("ses_");
    assertThat(answer.json().path("session").path("accessToken").asText()).isEmpty();
    assertThat(answer.json().path("session").path("refreshToken").asText()).isEmpty();
    assertThat(answer.text())
        .doesNotContain(value(answer, "cloudlet_access"))
        .doesNotContain(value(answer, "cloudlet_refresh"));
  }

  @Test
  void aLoginThatAsksForCookiesGetsNoTokensInTheBody() {
    Answer login = login();
    isHidden(login);
    assertThat(edge.get("/v1/me", "cookie", jar(login)).status()).isEqualTo(200);
  }

  @Test
  void aLoginThatDoesNotAskGetsTokensAndNoCookies() {
    Answer login =
        edge.post(
            "/v1/auth:login",
            "{\"email\":\"" + EMAIL + "\",\"password\":\"" + IdentityFixture.PASSWORD + "\"}");
    assertThat(login.cookies()).isEmpty();
    assertThat(login.json().path("session").path("refreshToken").asText()).isNotEmpty();
  }

  @Test
  void aRefreshByCookieWithoutContentTypeOrBodyRotatesTheCookies() {
    Answer login = login();
    Answer first = edge.send(HttpMethod.POST, REFRESH, "", "", "cookie", jar(login));
    isHidden(first);
    // The next refresh of the browser is no reuse.
    Answer second = edge.send(HttpMethod.POST, REFRESH, "", "", "cookie", jar(first));
    isHidden(second);
    Answer json = edge.post(REFRESH, "{}", "cookie", jar(second));
    isHidden(json);
    Answer unframed =
        edge.post("/cloudlet.identity.v1.AuthService/RefreshSession", "{}", "cookie", jar(json));
    isHidden(unframed);
    Answer reused = edge.send(HttpMethod.POST, REFRESH, "", "", "cookie", jar(login));
    assertThat(reused.status()).isEqualTo(401);
    assertThat(reused.cookies()).isEmpty();
  }

  @Test
  void aRefreshByCookieOverGrpcWebDoesNotShowTheTokensEither() {
    Answer login = login();
    Session session =
        edge.rpc("gproto-web", AuthServiceBlockingStub.class, "cookie", jar(login))
            .refreshSession(RefreshSessionRequest.getDefaultInstance())
            .getSession();
    assertThat(session.getId()).startsWith("ses_");
    assertThat(session.getAccessToken()).isEmpty();
    assertThat(session.getRefreshToken()).isEmpty();
  }

  @Test
  void aRefreshByHeaderAnswersTheTokensAndNoCookies() {
    String token =
        edge.rpc("gproto", AuthServiceBlockingStub.class)
            .login(
                LoginRequest.newBuilder()
                    .setEmail(EMAIL)
                    .setPassword(IdentityFixture.PASSWORD)
                    .build())
            .getSession()
            .getRefreshToken();
    Answer answer = edge.post(REFRESH, "{}", "authorization", "Bearer " + token);
    assertThat(answer.cookies()).isEmpty();
    assertThat(answer.json().path("session").path("accessToken").asText()).isNotEmpty();
  }

  @Test
  void aRepeatedRefreshSetsTheSameCookiesAgain() {
    Answer login = login();
    String body = "{\"requestId\":\"refresh-1\"}";
    Answer first = edge.post(REFRESH, body, "cookie", jar(login));
    Answer again = edge.post(REFRESH, body, "cookie", jar(login));
    isHidden(again);
    assertThat(lasting(again)).isEqualTo(lasting(first));
  }

  // Expires is Max-Age from the second in which the answer was written.
  private static List<String> lasting(Answer answer) {
    return answer.cookies().stream()
        .map(cookie -> cookie.replaceFirst("; Expires=[^;]*", ""))
        .toList();
  }

  @Test
  void aLogoutByCookieTakesTheCookiesAway() {
    Answer login = login();
    Answer logout = edge.send(HttpMethod.POST, LOGOUT, "", "", "cookie", jar(login));
    assertThat(logout.status()).isEqualTo(200);
    assertThat(logout.json().path("endedSessions").asInt()).isEqualTo(1);
    assertThat(logout.cookies())
        .hasSize(2)
        .allSatisfy(cookie -> assertThat(cookie).contains("Max-Age=0"));
    assertThat(edge.get("/v1/me", "cookie", jar(login)).status()).isEqualTo(401);
  }

  @Test
  void anotherSiteCannotUseTheCookieForAChange() {
    Answer login = login();
    for (List<String> foreign :
        List.of(
            List.of("origin", "https://evil.example"),
            List.of("origin", "null"),
            List.of("sec-fetch-site", "cross-site"),
            List.of("sec-fetch-site", "same-site"))) {
      Answer refused =
          edge.send(
              HttpMethod.POST,
              REFRESH,
              "",
              "",
              "cookie",
              jar(login),
              foreign.getFirst(),
              foreign.getLast());
      assertThat(refused.status()).as(foreign.toString()).isEqualTo(403);
      assertThat(refused.reason()).isEqualTo("CROSS_SITE_REQUEST");
      assertThat(refused.cookies()).isEmpty();
    }
    Answer logout =
        edge.send(
            HttpMethod.POST, LOGOUT, "", "", "cookie", jar(login), "sec-fetch-site", "cross-site");
    assertThat(logout.status()).isEqualTo(403);
  }

  @Test
  void anotherSiteCannotUseTheCookieOverGrpcWeb() {
    Answer login = login();
    StatusRuntimeException overGrpcWeb =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                edge.rpc(
                        "gproto-web",
                        AuthServiceBlockingStub.class,
                        "cookie",
                        jar(login),
                        "origin",
                        "https://evil.example")
                    .refreshSession(RefreshSessionRequest.getDefaultInstance()));
    assertThat(IdentityFixture.reason(overGrpcWeb)).isEqualTo("CROSS_SITE_REQUEST");
  }

  @Test
  void ourOwnPagesMayUseTheCookie() {
    Answer login = login();
    String here = "http://127.0.0.1:" + edge.port();
    Answer byOrigin =
        edge.send(HttpMethod.POST, REFRESH, "", "", "cookie", jar(login), "origin", here);
    isHidden(byOrigin);
    Answer byFetchSite =
        edge.send(
            HttpMethod.POST,
            REFRESH,
            "",
            "",
            "cookie",
            jar(byOrigin),
            "sec-fetch-site",
            "same-origin");
    isHidden(byFetchSite);
    Answer byHeader =
        edge.send(
            HttpMethod.POST,
            REFRESH,
            "",
            "",
            "cookie",
            jar(byFetchSite),
            "origin",
            "https://app.example",
            "x-cloudlet-request",
            "1");
    isHidden(byHeader);
  }

  @Test
  void theRoutesOfTheSeedsRotateTheirOwnCookiesAndRefuseOtherSites() {
    Answer login =
        edge.post(
            "/api/auth/login",
            "{\"email\":\"" + EMAIL + "\",\"password\":\"" + IdentityFixture.PASSWORD + "\"}");
    String cookie = "refreshToken=" + value(login, "refreshToken");
    Answer foreign =
        edge.send(
            HttpMethod.POST,
            "/api/auth/refresh",
            "",
            "",
            "cookie",
            cookie,
            "sec-fetch-site",
            "cross-site");
    assertThat(foreign.status()).isEqualTo(403);
    Answer refreshed = edge.send(HttpMethod.POST, "/api/auth/refresh", "", "", "cookie", cookie);
    assertThat(refreshed.status()).isEqualTo(200);
    String next = value(refreshed, "refreshToken");
    assertThat(next).isNotEmpty().isNotEqualTo(value(login, "refreshToken"));
    assertThat(refreshed.text())
        .doesNotContain(next)
        .doesNotContain(value(refreshed, "accessToken"));
    Answer logout =
        edge.send(HttpMethod.POST, "/api/auth/logout", "", "", "cookie", "refreshToken=" + next);
    assertThat(logout.cookies())
        .hasSize(2)
        .allSatisfy(gone -> assertThat(gone).contains("Max-Age=0"));
  }
}
