package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.mongo.PageToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Page tokens of any list with any key, and any text that pretends to be one. */
class PageTokenPropertyTest {
  /** Text that can be a key or a list with its filters: any Unicode, also line breaks. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> any =
        Arbitraries.strings()
            .ofMaxLength(30)
            .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
    Arbitrary<String> close =
        Arbitraries.of("a", "a\n", "a\na", "jobs:", "\n", "1", "1:", "é")
            .list()
            .ofMaxSize(4)
            .map(parts -> String.join("", parts));
    return Arbitraries.oneOf(any, close);
  }

  private static String token(String list, String key) {
    return PageToken.read(list, 1, "")
        .page(List.of(key, key + "later"), Function.identity())
        .nextPageToken();
  }

  private static Optional<String> after(String list, String token) {
    try {
      return PageToken.read(list, 1, token).after();
    } catch (PlatformException e) {
      assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN);
      return Optional.empty();
    }
  }

  @Property
  void aTokenGivesItsListBackTheLastKey(@ForAll("texts") String list, @ForAll("texts") String key) {
    Assume.that(!key.isEmpty());
    assertThat(after(list, token(list, key))).contains(key);
  }

  @Property
  void aTokenOfAnotherListIsRefused(
      @ForAll("texts") String list, @ForAll("texts") String other, @ForAll("texts") String key) {
    Assume.that(!list.equals(other) && !key.isEmpty());
    assertThat(after(other, token(list, key))).isEmpty();
  }

  @Property
  void noTextIsAnythingElseThanRefused(@ForAll("texts") String list, @ForAll String text) {
    Assume.that(!text.isEmpty());
    after(list, text);
  }
}
