package dev.cloudlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.error.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Names from outside, as hostile as they come: none leaves its place. */
class ObjectKeyPropertyTest {
  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> pieces =
        Arbitraries.of(
                "..",
                ".",
                "/",
                "//",
                "\\",
                "a",
                "A.mp4",
                "%2e%2e",
                "%2f",
                "\u0000",
                "\n",
                "é",
                "e\u0301",
                "\u202e",
                "\ud83c\udfac",
                "\ud800",
                " ",
                "~",
                "C:",
                "con")
            .list()
            .ofMaxSize(8)
            .map(parts -> String.join("", parts));
    return Arbitraries.oneOf(pieces, Arbitraries.strings().ofMaxLength(300));
  }

  private static boolean valid(String key) {
    try {
      return ObjectKeys.requireValid("key", key).equals(key);
    } catch (PlatformException e) {
      return false;
    }
  }

  @Property
  void aValidKeyStaysInItsFolderAndMeansOneThing(@ForAll("names") String key) {
    if (valid(key)) {
      Path folder = Path.of("/bucket");
      assertThat(folder.resolve(key).normalize()).isEqualTo(folder.resolve(key));
      assertThat(folder.resolve(key).normalize().startsWith(folder)).isTrue();
      assertThat(folder.resolve(key).getNameCount()).isEqualTo(key.split("/", -1).length + 1);
      assertThat(key.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(900);
    }
  }

  @Property
  void aValidKeyBehindAPrefixIsValidAndNoClientReadsItsWayOut(@ForAll("names") String key)
      throws URISyntaxException {
    if (valid(key) && key.getBytes(StandardCharsets.UTF_8).length < 200) {
      String path = "/bucket/uploads/1/" + key;
      assertThat(valid(path.substring(1))).isTrue();
      assertThat(new URI("http", "s3.test", path, null).normalize().getPath()).isEqualTo(path);
    }
  }

  @Property
  void anyFileNameBecomesOneShortVisiblePart(@ForAll("names") String name) {
    String part = ObjectKeys.sanitised(name);
    assertThat(valid("uploads/1/" + part)).as(part).isTrue();
    assertThat(part).isNotEmpty().doesNotContain("/", "\\").doesNotStartWith(".");
    assertThat(part.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(150);
  }

  @Property
  void aPossibleBucketIsOnePlainWord(@ForAll("names") String name) {
    if (BucketNames.isPossible(name)) {
      assertThat(name).matches("[a-z0-9-]{3,63}");
    }
  }
}
