package dev.cloudlet.kernel.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {
  @Test
  void theNextPageBeginsAfterTheLastKeyThatWasGiven() {
    PageToken.Request first = PageToken.read("jobs/running", 2, "");
    assertThat(first.fetchSize()).isEqualTo(3);
    PageToken.Page<String> page = first.page(List.of("a", "b", "c"), Function.identity());
    assertThat(page.items()).containsExactly("a", "b");

    PageToken.Request second = PageToken.read("jobs/running", 2, page.nextPageToken());
    assertThat(second.after()).contains("b");
    assertThat(second.page(List.of("c"), Function.identity()).nextPageToken()).isEmpty();
  }

  @Test
  void aPageThatIsJustFullIsTheLast() {
    PageToken.Request request = PageToken.read("jobs", 2, "");
    assertThat(request.page(List.of("a", "b"), Function.identity()).nextPageToken()).isEmpty();
  }

  @Test
  void sizesAreBroughtIntoBounds() {
    assertThat(PageToken.read("jobs", 0, "").size()).isEqualTo(20);
    assertThat(PageToken.read("jobs", -5, "").size()).isEqualTo(1);
    assertThat(PageToken.read("jobs", 1_000_000, "").size()).isEqualTo(100);
  }

  @Test
  void aKeyWithAnyCharacterComesBackWhole() {
    PageToken.Request request = PageToken.read("objects", 1, "");
    String key = "päth/with\nline and ünicode";
    String token = request.page(List.of(key, "z"), Function.identity()).nextPageToken();
    assertThat(PageToken.read("objects", 1, token).after()).contains(key);
  }

  @Test
  void aTokenOfAnotherListIsRefused() {
    String token =
        PageToken.read("jobs/mine", 1, "")
            .page(List.of("a", "b"), Function.identity())
            .nextPageToken();
    assertRefused("jobs", token);
    assertRefused("jobs/mine/all", token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "AAAA", "0", "am9icwo", "%00"})
  void aTokenThatNoListGaveIsRefused(String token) {
    assertRefused("jobs", token);
  }

  @Test
  void aTokenWithoutAKeyIsRefused() {
    assertRefused(
        "jobs", Base64.getUrlEncoder().encodeToString("jobs\n".getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertRefused(String list, String token) {
    assertThatThrownBy(() -> PageToken.read(list, 10, token))
        .isInstanceOfSatisfying(
            PlatformException.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN));
  }
}
