package dev.cloudlet.sdk;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A list that is fetched page by page while it is read, and again from its beginning by every
 * iteration. Holds one page at a time. An iterator is for one thread.
 *
 * @param <T> what the list has
 */
public final class Paged<T> implements Iterable<T> {
  /** A server that has nothing for so many pages in a row never will. */
  private static final int MAX_EMPTY_PAGES = 1_000;

  private final Function<String, Page<T>> fetch;

  /**
   * One page.
   *
   * @param <T> what the list has
   * @param items its items
   * @param nextToken token of the next page; empty on the last one
   */
  public record Page<T>(List<T> items, String nextToken) {}

  /**
   * A list.
   *
   * @param fetch the page for a token; the first page for the empty one
   */
  public Paged(Function<String, Page<T>> fetch) {
    this.fetch = fetch;
  }

  /**
   * {@return one page: the first for the empty token}
   *
   * @param token of the page; empty for the first one
   */
  public Page<T> page(String token) {
    return fetch.apply(token);
  }

  /**
   * Every item; fetches the next page when it is wanted.
   *
   * @throws CloudletException from {@code hasNext} and {@code next}, if a page can't be fetched
   */
  @Override
  public Iterator<T> iterator() {
    return new Items();
  }

  /**
   * {@return every item, lazily: {@code stream().limit(10)} fetches no more pages than it needs}
   */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  private final class Items implements Iterator<T> {
    private Iterator<T> page = List.<T>of().iterator();
    private String token = "";
    private boolean last;

    @Override
    public boolean hasNext() {
      for (int empty = 0; !page.hasNext() && !last; empty++) {
        if (empty == MAX_EMPTY_PAGES) {
          throw new IllegalStateException("the list gave " + empty + " empty pages in a row");
        }
        Page<T> next = fetch.apply(token);
        if (!token.isEmpty() && next.nextToken().equals(token)) {
          throw new IllegalStateException("the list gave the same page token twice");
        }
        page = next.items().iterator();
        token = next.nextToken();
        last = token.isEmpty();
      }
      return page.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page.next();
    }
  }
}
