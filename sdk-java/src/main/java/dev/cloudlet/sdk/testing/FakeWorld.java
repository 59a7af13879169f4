package dev.cloudlet.sdk.testing;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What is true in the fake. All methods run under its monitor; changes wake who waits on it. */
final class FakeWorld {
  private static final int MAX_REQUESTS = 10_000;
  private static final int DEFAULT_PAGE = 20;

  final FakeClock clock;
  final Map<String, FakeAccount> accountsByEmail = new LinkedHashMap<>();
  private final Map<String, Deque<Scripted>> scripts = new HashMap<>();
  private final Deque<Received> received = new ArrayDeque<>();
  private final Map<String, Answered> answered = new LinkedHashMap<>();
  private long counter;
  private boolean held;

  FakeWorld(FakeClock clock) {
    this.clock = clock;
  }

  /** A failure to come: before the method runs, or instead of its answer. */
  record Scripted(ErrorReason reason, boolean afterwards) {}

  private record Received(String method, Message request) {}

  private record Answered(Message request, Message response) {}

  synchronized String newId(String prefix) {
    counter++;
    return prefix + "_" + String.format(Locale.ROOT, "%026d", counter);
  }

  synchronized Timestamp now() {
    return Times.message(clock.now());
  }

  synchronized Timestamp in(Duration time) {
    return Times.message(clock.now().plus(time));
  }

  synchronized void script(String method, Scripted failure) {
    scripts.computeIfAbsent(method, name -> new ArrayDeque<>()).add(failure);
  }

  synchronized Optional<Scripted> nextScripted(String method) {
    return Optional.ofNullable(scripts.get(method)).map(Deque::poll);
  }

  synchronized void received(String method, Message request) {
    received.add(new Received(method, request));
    if (received.size() > MAX_REQUESTS) {
      received.remove();
    }
  }

  synchronized List<Message> requests(String method) {
    return received.stream()
        .filter(call -> call.method().equals(method))
        .map(Received::request)
        .toList();
  }

  /** The first answer to that request id, if there was one. */
  synchronized Optional<Message> answered(String key, Message request) {
    Answered before = answered.get(key);
    if (before == null) {
      return Optional.empty();
    }
    if (!before.request().equals(request)) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
          "This request_id was used with another body.");
    }
    return Optional.of(before.response());
  }

  synchronized void answer(String key, Message request, Message response) {
    answered.put(key, new Answered(request, response));
    if (answered.size() > MAX_REQUESTS) {
      answered.remove(answered.keySet().iterator().next());
    }
  }

  synchronized void changed() {
    notifyAll();
  }

  synchronized void holdTime(boolean hold) {
    held = hold;
    notifyAll();
  }

  /** Waits for a change; if that takes time and time is not held, makes it pass instead. */
  void awaitChange(Duration step, boolean takesTime) throws InterruptedException {
    synchronized (this) {
      if (held || !takesTime) {
        wait(100);
        return;
      }
    }
    clock.advance(step);
  }

  /** An address as it is kept: case does not matter. */
  static String address(String email) {
    return email.toLowerCase(Locale.ROOT);
  }

  /** A page of a list; the token is the index of its first item. */
  static <T, R> R page(
      Collection<T> items, int size, String token, BiFunction<List<T>, String, R> answer) {
    List<T> all = new ArrayList<>(items);
    int from = token.isEmpty() ? 0 : index(token);
    int to = Math.min(all.size(), from + (size == 0 ? DEFAULT_PAGE : size));
    return answer.apply(
        all.subList(Math.min(from, to), to), to < all.size() ? Integer.toString(to) : "");
  }

  private static int index(String token) {
    if (!token.matches("[0-9]{1,9}")) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN,
          "The page_token is not one that this list gave. Begin again without it.");
    }
    return Integer.parseInt(token);
  }

  /** Newest first. */
  static <T> List<T> newestFirst(Collection<T> items) {
    List<T> all = new ArrayList<>(items);
    Collections.reverse(all);
    return all;
  }
}
