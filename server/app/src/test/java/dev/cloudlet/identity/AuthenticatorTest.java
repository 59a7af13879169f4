package dev.cloudlet.identity;

import static dev.cloudlet.identity.IdentityFixture.PASSWORD;
import static dev.cloudlet.identity.IdentityFixture.headers;
import static dev.cloudlet.identity.IdentityFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.Principal;
import io.grpc.Metadata;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who a call comes from: cookies, forged tokens, nodes, the first administrator. */
class AuthenticatorTest {
  private static final String EMAIL = "asha@example.com";

  private final IdentityFixture cloud = new IdentityFixture();

  @BeforeEach
  void open() {
    cloud.open(EMAIL);
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aCookieReadsAnywhereButChangesNothingFromAnotherSite() {
    Session session = cloud.login(EMAIL);
    String cookie = "a=b; cloudlet_access=" + session.getAccessToken();
    Metadata foreign = headers("cookie", cookie, "sec-fetch-site", "cross-site");
    assertThat(
            cloud
                .usersWith(foreign)
                .getProfile(GetProfileRequest.getDefaultInstance())
                .getUser()
                .getEmail())
        .isEqualTo(EMAIL);
    UpdateProfileRequest rename = UpdateProfileRequest.newBuilder().setName("Eve").build();
    assertThat(reason(catchThrowable(() -> cloud.usersWith(foreign).updateProfile(rename))))
        .isEqualTo("CROSS_SITE_REQUEST");
    Metadata own = headers("cookie", cookie, "sec-fetch-site", "same-origin");
    assertThat(cloud.usersWith(own).updateProfile(rename).getUser().getName()).isEqualTo("Eve");
  }

  @Test
  void aRefreshCookieRefreshesOnlyFromTheOwnSite() {
    String cookie = "cloudlet_refresh=" + cloud.login(EMAIL).getRefreshToken();
    RefreshSessionRequest request = RefreshSessionRequest.getDefaultInstance();
    assertThat(
            reason(
                catchThrowable(
                    () ->
                        cloud
                            .authWith(headers("cookie", cookie, "sec-fetch-site", "cross-site"))
                            .refreshSession(request))))
        .isEqualTo("CROSS_SITE_REQUEST");
    assertThat(
            cloud
                .authWith(headers("cookie", cookie, "x-cloudlet-request", "1"))
                .refreshSession(request)
                .getSession()
                .getId())
        .startsWith("ses_");
  }

  @Test
  void aStaleCookieDoesNotKeepAnybodyFromLoggingIn() {
    Session session = cloud.login(EMAIL);
    SessionCalls.logout(cloud.auth(session.getAccessToken()), false);
    Metadata stale =
        headers(
            "cookie",
            "cloudlet_access=" + session.getAccessToken(),
            "sec-fetch-site",
            "same-origin");
    assertThat(
            cloud
                .authWith(stale)
                .login(
                    dev.cloudlet.api.identity.v1.LoginRequest.newBuilder()
                        .setEmail(EMAIL)
                        .setPassword(PASSWORD)
                        .build())
                .getSession()
                .getId())
        .startsWith("ses_");
  }

  @Test
  void aForgedTokenIsRefusedEvenWhereNoneIsNeeded() {
    String token = cloud.login(EMAIL).getAccessToken();
    String forged = token.substring(0, token.length() - 8) + "AAAAAAAA";
    assertThat(reason(catchThrowable(() -> SessionCalls.logout(cloud.auth(forged), false))))
        .isEqualTo("UNAUTHENTICATED");
    assertThat(reason(catchThrowable(() -> SessionCalls.logout(cloud.auth("nonsense"), false))))
        .isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void aNodeTokenIsANodeAndAServerTokenIsNeither() {
    IdentityApi api = cloud.module.api();
    IdentityAuthenticator authenticator = cloud.module.authenticator();
    Credentials node =
        SessionCalls.credentials(
            api.signNodeToken(new NodeId("nod_1"), Duration.ofHours(1)).reveal());
    assertThat(authenticator.authenticate(node, Access.ACCESS_NODE))
        .isEqualTo(new Principal.Node(new NodeId("nod_1")));
    assertThat(authenticator.authenticate(node, Access.ACCESS_USER))
        .isEqualTo(new Principal.Node(new NodeId("nod_1")));
    Credentials server =
        SessionCalls.credentials(api.signServerToken(new NodeId("nod_1")).reveal());
    assertThat(catchThrowable(() -> authenticator.authenticate(server, Access.ACCESS_NODE)))
        .isNotNull();
    assertThat(
            reason(
                catchThrowable(
                    () ->
                        cloud
                            .users(
                                api.signNodeToken(new NodeId("nod_1"), Duration.ofHours(1))
                                    .reveal())
                            .getProfile(GetProfileRequest.getDefaultInstance()))))
        .isEqualTo("PERMISSION_DENIED");
  }

  @Test
  void theFirstAdministratorIsMadeOnce() {
    FirstAdministrator.Credentials made = cloud.module.firstAdministrator().ensure().orElseThrow();
    assertThat(made.toString()).contains("***").doesNotContain(made.password().reveal());
    assertThat(cloud.wire().firstAdministrator().ensure()).isEmpty();
    Session session = cloud.login(made.email(), made.password().reveal());
    assertThat(session.getUser().getRole()).isEqualTo(Role.ROLE_ADMINISTRATOR);
    assertThat(made.email()).isEqualTo("admin@cloudlet.local");
  }
}
