package dev.cloudlet.dev;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.SafeCloseable;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.Principal;
import java.net.InetSocketAddress;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The inbox holds every code, so it must not answer strangers. */
class DevAccessTest {
  private static final String HERE = "127.0.0.1";
  private static final String ELSEWHERE = "203.0.113.9";
  private static final Principal NOBODY = new Principal.Anonymous(ELSEWHERE);
  private static final Principal USER =
      new Principal.Account(new AccountId("usr_1"), Role.ROLE_USER, new SessionId("ses_1"));
  private static final Principal ADMINISTRATOR =
      new Principal.Account(
          new AccountId("usr_2"), Role.ROLE_ADMINISTRATOR, new SessionId("ses_2"));

  private static ServiceRequestContext from(String peer, String host, String... headers) {
    var request = RequestHeaders.builder(HttpMethod.GET, "/inbox").authority(host);
    for (int i = 0; i < headers.length; i += 2) {
      request.add(headers[i], headers[i + 1]);
    }
    return ServiceRequestContext.builder(HttpRequest.of(request.build()))
        .remoteAddress(new InetSocketAddress(peer, 40_000))
        .build();
  }

  private static DevAccess access(boolean open, Principal sender) {
    return new DevAccess(open, LocalPeer.direct(), request -> sender);
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class,
            refusal ->
                org.assertj.core.api.Assertions.assertThat(refusal.reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_PERMISSION_DENIED));
  }

  private static void rpc(DevAccess access, ServiceRequestContext http, Principal caller) {
    try (SafeCloseable pushed = http.push()) {
      access.require(caller);
    }
  }

  @Test
  void thePageAnswersThisMachine() {
    assertThatCode(() -> access(false, NOBODY).require(from(HERE, "localhost:8080")))
        .doesNotThrowAnyException();
    assertThatCode(() -> access(false, NOBODY).require(from("::1", "[::1]:8080")))
        .doesNotThrowAnyException();
  }

  @Test
  void thePageRefusesStrangersAndUsersFromElsewhere() {
    refused(() -> access(false, NOBODY).require(from(ELSEWHERE, "cloud.example")));
    refused(() -> access(false, USER).require(from(ELSEWHERE, "cloud.example")));
  }

  @Test
  void anAdministratorMayFromAnywhere() {
    assertThatCode(() -> access(false, ADMINISTRATOR).require(from(ELSEWHERE, "cloud.example")))
        .doesNotThrowAnyException();
    assertThatCode(
            () -> rpc(access(false, NOBODY), from(ELSEWHERE, "cloud.example"), ADMINISTRATOR))
        .doesNotThrowAnyException();
  }

  @Test
  void theRpcsRefuseStrangersFromElsewhereAndAnswerThisMachine() {
    refused(() -> rpc(access(false, NOBODY), from(ELSEWHERE, "cloud.example"), NOBODY));
    refused(() -> rpc(access(false, NOBODY), from(ELSEWHERE, "cloud.example"), USER));
    assertThatCode(() -> rpc(access(false, NOBODY), from(HERE, "127.0.0.1:8080"), NOBODY))
        .doesNotThrowAnyException();
  }

  @Test
  void aProxyOnThisMachineDoesNotMakeItsClientsLocal() {
    refused(
        () -> access(false, NOBODY).require(from(HERE, "127.0.0.1", "x-forwarded-for", ELSEWHERE)));
    refused(
        () -> access(false, NOBODY).require(from(HERE, "127.0.0.1", "forwarded", "for=1.2.3.4")));
  }

  @Test
  void aPageThatRebindsItsNameToThisMachineIsRefused() {
    refused(() -> access(false, NOBODY).require(from(HERE, "rebound.example:8080")));
  }

  @Test
  void aPageOfAnotherSiteInABrowserOfThisMachineIsRefused() {
    for (String site : new String[] {"cross-site", "same-site"}) {
      refused(
          () ->
              access(false, NOBODY).require(from(HERE, "127.0.0.1:8080", "sec-fetch-site", site)));
    }
    for (String origin :
        new String[] {
          "https://evil.example", "null", "http://127.0.0.1:9000", "http://localhost"
        }) {
      refused(() -> access(false, NOBODY).require(from(HERE, "127.0.0.1:8080", "origin", origin)));
      refused(
          () -> rpc(access(false, NOBODY), from(HERE, "127.0.0.1:8080", "origin", origin), NOBODY));
    }
  }

  @Test
  void theOwnPageInABrowserOfThisMachineIsAnswered() {
    assertThatCode(
            () -> {
              access(false, NOBODY).require(from(HERE, "localhost:8080", "sec-fetch-site", "none"));
              access(false, NOBODY)
                  .require(
                      from(
                          HERE,
                          "localhost:8080",
                          "sec-fetch-site",
                          "same-origin",
                          "origin",
                          "http://localhost:8080"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void whereAProxyIsToBeExpectedOnlyAdministratorsAreAnswered() {
    ServiceRequestContext likeAnyInternetClient = from(HERE, "127.0.0.1:8080");
    DevAccess strict = new DevAccess(false, LocalPeer.nobody(), request -> NOBODY);
    refused(() -> strict.require(likeAnyInternetClient));
    refused(() -> rpc(strict, likeAnyInternetClient, USER));
    assertThatCode(() -> rpc(strict, likeAnyInternetClient, ADMINISTRATOR))
        .doesNotThrowAnyException();
  }

  @Test
  void whatTheOperatorOpenedAnswersEverybody() {
    assertThatCode(() -> access(true, NOBODY).require(from(ELSEWHERE, "cloud.example")))
        .doesNotThrowAnyException();
    assertThatCode(() -> rpc(access(true, NOBODY), from(ELSEWHERE, "cloud.example"), NOBODY))
        .doesNotThrowAnyException();
  }
}
