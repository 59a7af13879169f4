package dev.cloudlet.kernel.mongo;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The place where a list goes on: the last key that was given, bound to the list it belongs to. It
 * holds no offset, so pages far down cost what the first one costs, and no secret, because every
 * query carries its owner anyway.
 */
public final class PageToken {
  private static final int DEFAULT_SIZE = 20;
  private static final int MAX_SIZE = 100;

  private PageToken() {}

  /**
   * One page of a list.
   *
   * @param items at most the asked number
   * @param nextPageToken empty on the last page
   */
  public record Page<T>(List<T> items, String nextPageToken) {
    public Page {
      items = List.copyOf(items);
    }

    /** The same page with its items in another form. */
    public <R> Page<R> map(Function<T, R> form) {
      return new Page<>(items.stream().map(form).toList(), nextPageToken);
    }
  }

  /**
   * What a list was asked for.
   *
   * @param list names the list and its filters; a token of another list is refused
   * @param size 1 to 100
   * @param after the last key of the page before
   */
  public record Request(String list, int size, Optional<String> after) {
    /**
     * Cuts {@code found} (asked for with {@link #fetchSize}) to the page and makes the token of the
     * next one.
     */
    public <T> Page<T> page(List<T> found, Function<T, String> key) {
      if (found.size() <= size) {
        return new Page<>(found, "");
      }
      List<T> items = found.subList(0, size);
      return new Page<>(items, encode(list, key.apply(items.getLast())));
    }

    /**
     * A page that may be short, because only so much was looked at: the list goes on after the key
     * {@code last}, or ends here if there is none.
     */
    public <T> Page<T> upTo(List<T> found, Optional<String> last) {
      return new Page<>(found, last.map(key -> encode(list, key)).orElse(""));
    }

    /** One more than the page, which tells whether there is a next one. */
    public int fetchSize() {
      return size + 1;
    }
  }

  /** Reads {@code page_size} and {@code page_token} of a request for {@code list}. */
  public static Request read(String list, int pageSize, String token) {
    int size = pageSize == 0 ? DEFAULT_SIZE : Math.clamp(pageSize, 1, MAX_SIZE);
    return new Request(
        list, size, token.isEmpty() ? Optional.empty() : Optional.of(decode(list, token)));
  }

  private static String encode(String list, String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((head(list) + key).getBytes(StandardCharsets.UTF_8));
  }

  // With its length, because a list is named by filters from outside, which may hold anything.
  private static String head(String list) {
    return list.length() + ":" + list;
  }

  private static String decode(String list, String token) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      String head = head(list);
      if (text.startsWith(head) && text.length() > head.length()) {
        return text.substring(head.length());
      }
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
    throw refused(null);
  }

  private static PlatformException refused(@org.jspecify.annotations.Nullable Throwable cause) {
    return new PlatformException(
        ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN,
        "The page_token is not one that this list gave. Begin again without it.",
        cause);
  }
}
