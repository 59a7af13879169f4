package dev.cloudlet.testkit.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.kernel.blob.ByteRange;
import dev.cloudlet.kernel.blob.ObjectContent;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectPage;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.crypto.SystemRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ObjectStore} must do. A subclass gives the store, aborting with an assumption
 * if there is none. Each test has a fresh bucket, emptied and deleted afterwards.
 */
public abstract class ObjectStoreContract {
  /** Keys that a careless store or client would mangle. */
  private static final List<String> ODD_KEYS =
      List.of(
          "a b+c%20d.txt",
          "a&b=c;d?e#f",
          "deep/er/path.ts",
          "plus+plus",
          "quote'\"<x>",
          "ünïcode/日本",
          "\ue000",
          "😀");

  private final String bucket = "contract-" + HexFormat.of().formatHex(new SystemRandom().bytes(6));

  /**
   * The store under test, the same one at each call of one test. Aborts by an assumption if there
   * is none.
   */
  protected abstract ObjectStore store();

  /** Called after each test, last, also if {@link #store} aborted. */
  protected void release() {}

  @BeforeEach
  void makeBucket() {
    assertThat(store().createBucket(bucket)).isTrue();
  }

  @AfterEach
  void removeBucket() {
    try {
      if (store().bucketExists(bucket)) {
        store().deletePrefix(bucket, "");
        store().deleteBucket(bucket);
      }
    } finally {
      release();
    }
  }

  private ObjectInfo put(String key, String text) {
    return store().put(bucket, key, text.getBytes(UTF_8), "text/plain");
  }

  private String read(String key, Optional<ByteRange> range) throws IOException {
    try (ObjectContent content = store().get(bucket, key, range)) {
      byte[] bytes = content.body().readAllBytes();
      assertThat(content.length()).isEqualTo(bytes.length);
      return new String(bytes, UTF_8);
    }
  }

  private List<String> keys(ObjectPage page) {
    return page.objects().stream().map(ObjectInfo::key).toList();
  }

  @Test
  void whatWasPutIsReadBackWithSizeAndType() throws IOException {
    ObjectInfo stored = store().put(bucket, "video/1.mp4", "content".getBytes(UTF_8), "video/mp4");

    ObjectInfo head = store().head(bucket, "video/1.mp4");
    assertThat(head).isEqualTo(stored);
    assertThat(head.size()).isEqualTo(7);
    assertThat(head.contentType()).contains("video/mp4");
    assertThat(head.etag()).isNotEmpty().doesNotContain("\"");
    assertThat(read("video/1.mp4", Optional.empty())).isEqualTo("content");
  }

  @Test
  void aPutReplacesAndChangesTheEtag() throws IOException {
    String before = put("key", "one").etag();

    assertThat(put("key", "two").etag()).isNotEqualTo(before);
    assertThat(read("key", Optional.empty())).isEqualTo("two");
  }

  @Test
  void anEmptyObjectIsAnObject() throws IOException {
    assertThat(put("empty", "").size()).isZero();
    assertThat(read("empty", Optional.empty())).isEmpty();
  }

  @Test
  void aRangeGivesThatPartAndTheWholeSize() throws IOException {
    put("key", "0123456789");

    assertThat(read("key", Optional.of(new ByteRange(0, 1)))).isEqualTo("0");
    assertThat(read("key", Optional.of(new ByteRange(3, 4)))).isEqualTo("3456");
    assertThat(read("key", Optional.of(new ByteRange(8, 100)))).isEqualTo("89");
    try (ObjectContent part = store().get(bucket, "key", Optional.of(new ByteRange(3, 4)))) {
      assertThat(part.info().size()).isEqualTo(10);
    }
    assertThatThrownBy(() -> store().get(bucket, "key", Optional.of(new ByteRange(10, 1))))
        .isInstanceOf(ObjectStoreException.Refused.class);
  }

  @Test
  void absentThingsAreNotFound() {
    assertThatThrownBy(() -> store().head(bucket, "absent"))
        .isInstanceOf(ObjectStoreException.NotFound.class);
    assertThatThrownBy(() -> store().get(bucket, "absent", Optional.empty()))
        .isInstanceOf(ObjectStoreException.NotFound.class);
    String absent = bucket + "-absent";
    assertThatThrownBy(() -> store().head(absent, "key"))
        .isInstanceOf(ObjectStoreException.NotFound.class);
    assertThatThrownBy(() -> store().put(absent, "key", new byte[1], "a/b"))
        .isInstanceOf(ObjectStoreException.NotFound.class);
    assertThat(
            catchThrowableOfType(
                    ObjectStoreException.NotFound.class,
                    () -> store().list(absent, "", Optional.empty(), 10))
                .code())
        .isEqualTo("NoSuchBucket");
  }

  @Test
  void deletingTwiceIsFine() {
    put("key", "x");
    store().delete(bucket, "key");
    store().delete(bucket, "key");

    assertThatThrownBy(() -> store().head(bucket, "key"))
        .isInstanceOf(ObjectStoreException.NotFound.class);
  }

  @Test
  void aBatchDeletesPresentAndAbsentKeys() {
    put("a", "x");
    put("b", "x");
    put("c", "x");

    store().deleteAll(bucket, List.of("a", "c", "absent"));
    store().deleteAll(bucket, List.of());

    assertThat(keys(store().list(bucket, "", Optional.empty(), 10))).containsExactly("b");
  }

  @Test
  void oddKeysSurviveEveryOperation() throws IOException {
    for (String key : ODD_KEYS) {
      put(key, key);
      assertThat(read(key, Optional.empty())).isEqualTo(key);
      assertThat(store().head(bucket, key).key()).isEqualTo(key);
    }
    assertThat(keys(store().list(bucket, "", Optional.empty(), 100)))
        .containsExactlyInAnyOrderElementsOf(ODD_KEYS);

    store().deleteAll(bucket, ODD_KEYS.subList(0, 4));
    ODD_KEYS.subList(4, ODD_KEYS.size()).forEach(key -> store().delete(bucket, key));

    assertThat(store().list(bucket, "", Optional.empty(), 100).objects()).isEmpty();
  }

  @Test
  void pagesCoverEverythingOnceInOrder() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      expected.add("list/%02d".formatted(i));
      put("list/%02d".formatted(i), "x");
    }
    put("list-0", "before the slash");
    put("other/1", "x");

    List<String> seen = new ArrayList<>();
    Optional<String> token = Optional.empty();
    int pages = 0;
    do {
      ObjectPage page = store().list(bucket, "list/", token, 10);
      seen.addAll(keys(page));
      token = page.nextPageToken();
      pages++;
    } while (token.isPresent() && pages < 10);

    assertThat(seen).containsExactlyElementsOf(expected);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void aPageTokenOutlivesTheObjectItNames() {
    List.of("a", "b", "c").forEach(key -> put(key, "x"));
    ObjectPage first = store().list(bucket, "", Optional.empty(), 2);
    store().deleteAll(bucket, keys(first));

    assertThat(keys(store().list(bucket, "", first.nextPageToken(), 2))).containsExactly("c");
    assertThatThrownBy(() -> store().list(bucket, "", Optional.of("!"), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPrefixIsDeletedAndNothingElse() {
    List.of("video/1/a", "video/1/b", "video/10/a", "video.mp4").forEach(key -> put(key, "x"));

    assertThat(store().deletePrefix(bucket, "video/1/")).isEqualTo(2);
    assertThat(store().deletePrefix(bucket, "video/1/")).isZero();

    assertThat(keys(store().list(bucket, "", Optional.empty(), 10)))
        .containsExactly("video.mp4", "video/10/a");
  }

  @Test
  void aBucketIsMadeOnceListedAndDeletedWhenEmpty() {
    assertThat(store().createBucket(bucket)).isFalse();
    assertThat(store().listBuckets()).contains(bucket);
    put("key", "x");

    ObjectStoreException.Refused full =
        catchThrowableOfType(
            ObjectStoreException.Refused.class, () -> store().deleteBucket(bucket));
    assertThat(full.code()).isEqualTo("BucketNotEmpty");

    store().delete(bucket, "key");
    store().deleteBucket(bucket);
    store().deleteBucket(bucket);
    assertThat(store().bucketExists(bucket)).isFalse();
  }

  @Test
  void namesAndSizesOutOfBoundsNeverLeaveTheProcess() {
    for (String key : List.of("", "/a", "..", "a/../b", "a\nb", "x".repeat(1025))) {
      assertThatThrownBy(() -> put(key, "x")).as(key).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store().createBucket("No"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().list(bucket, "", Optional.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> store().put(bucket, "k", new byte[ObjectStore.MAX_PUT_BYTES + 1], "a/b"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
