package dev.cloudlet.kernel.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.error.PlatformException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectAddressesTest {
  private final RedirectAddresses addresses =
      new RedirectAddresses(
          () -> URI.create("https://cloud.example"),
          List.of("https://shop.example/done", "http://localhost:3000"),
          "payments.returns");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://cloud.example",
        "https://cloud.example/any/where?x=1#y",
        "HTTPS://CLOUD.example:443/",
        "https://shop.example/done",
        "https://shop.example/done/order?id=1",
        "https://shop.example/other/../done/order",
        "http://localhost:3000/back",
      })
  void leadsHereAndBelowWhatIsListed(String given) {
    assertThat(addresses.check(given).getHost()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/done",
        "//shop.example/done",
        "javascript:alert(1)",
        "ftp://cloud.example/",
        "http://cloud.example/",
        "https://cloud.example:8443/",
        "https://cloud.example.evil.example/",
        "https://evil.example/?https://cloud.example",
        "https://user@cloud.example/",
        "https://cloud.example@evil.example/",
        "https://shop.example/",
        "https://shop.example/doneandmore",
        "https://shop.example/done/../admin",
        "https://shop.example/done/%2e%2e/admin",
        "https://shop.example/done%2Fx/%2E%2E/%2E%2E/admin",
        "https://shop.example/done/..%5cadmin",
        "https://shop.example\\@evil.example/",
        "http://localhost:3001/back",
        "https://cloud.example/a b",
        "https:cloud.example",
      })
  void leadsNowhereElse(String given) {
    assertThatThrownBy(() -> addresses.check(given))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("payments.returns")
        .hasMessageNotContaining("evil");
  }

  @Test
  void anAddressComesOutWithoutDetours() {
    assertThat(addresses.check("https://shop.example/a/../done/./x?y=%20"))
        .hasToString("https://shop.example/done/x?y=%20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop.example", "app://shop", "https://", "https://shop.example/%2e%2e/"})
  void aListWithWhatCanNotBeLedToIsRefused(String listed) {
    assertThatThrownBy(() -> RedirectAddresses.requireSound("payments.returns", List.of(listed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("payments.returns: '" + listed);
  }
}
