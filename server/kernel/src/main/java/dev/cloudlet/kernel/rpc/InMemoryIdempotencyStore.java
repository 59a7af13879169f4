package dev.cloudlet.kernel.rpc;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** For tests: what it remembers ends with the process. Bounded by {@link #sweep}. */
public final class InMemoryIdempotencyStore implements IdempotencyStore {
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(
      String bodyHash,
      String salt,
      Instant firstSeen,
      Instant leaseUntil,
      Optional<byte[]> response) {}

  @Override
  public Begin begin(String key, String bodyHash, String salt, Instant now, Duration lease) {
    Entry mine = new Entry(bodyHash, salt, now, now.plus(lease), Optional.empty());
    Entry[] before = new Entry[1];
    entries.compute(
        key,
        (k, found) -> {
          before[0] = found;
          if (found == null) {
            return mine;
          }
          boolean free =
              found.response().isEmpty()
                  && !found.leaseUntil().isAfter(now)
                  && found.bodyHash().equals(bodyHash);
          return free
              ? new Entry(
                  bodyHash, found.salt(), found.firstSeen(), now.plus(lease), Optional.empty())
              : found;
        });
    Entry found = before[0];
    if (found == null) {
      return new Begin.Run(salt, now);
    }
    if (!found.bodyHash().equals(bodyHash)) {
      return new Begin.OtherBody();
    }
    if (found.response().isPresent()) {
      return new Begin.Replay(found.response().get());
    }
    return found.leaseUntil().isAfter(now)
        ? new Begin.Running()
        : new Begin.Run(found.salt(), found.firstSeen());
  }

  @Override
  public void finish(String key, byte[] response) {
    entries.computeIfPresent(
        key,
        (k, found) ->
            new Entry(
                found.bodyHash(),
                found.salt(),
                found.firstSeen(),
                found.leaseUntil(),
                Optional.of(response)));
  }

  @Override
  public void release(String key) {
    entries.computeIfPresent(
        key,
        (k, found) ->
            found.response().isPresent()
                ? found
                : new Entry(
                    found.bodyHash(),
                    found.salt(),
                    found.firstSeen(),
                    Instant.MIN,
                    Optional.empty()));
  }

  @Override
  public long sweep(Instant now) {
    int before = entries.size();
    entries.values().removeIf(entry -> entry.firstSeen().isBefore(now.minus(KEEP)));
    return before - (long) entries.size();
  }
}
