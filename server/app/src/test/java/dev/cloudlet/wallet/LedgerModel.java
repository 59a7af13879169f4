package dev.cloudlet.wallet;

import java.util.HashMap;
import java.util.Map;

/** What the ledger should say, the simple way: a few maps and one caller at a time. */
final class LedgerModel {
  final Map<String, Long> available = new HashMap<>();
  final Map<String, String> once = new HashMap<>();
  final Map<String, Long> open = new HashMap<>();
  final Map<String, String> owner = new HashMap<>();
  final Map<String, Long> settled = new HashMap<>();

  String move(String account, String id, long change, String content) {
    if (once.containsKey(id)) {
      return once.get(id).equals(content) ? "ok" : "REQUEST_ID_REUSED";
    }
    if (available.getOrDefault(account, 0L) + change < 0) {
      return "INSUFFICIENT_COINS";
    }
    once.put(id, content);
    available.merge(account, change, Long::sum);
    return "ok";
  }

  String hold(String account, String id, long minor) {
    if (settled.getOrDefault(id, 0L) == -1) {
      return "HOLD_SETTLED";
    }
    String answer = move(account, id, -minor, "hold " + account + minor);
    if (answer.equals("ok") && !owner.containsKey(id)) {
      open.put(id, minor);
      owner.put(id, account);
    }
    return answer;
  }

  String capture(String id, long share) {
    if (settled.getOrDefault(id, 0L) == -1) {
      return "HOLD_SETTLED";
    }
    if (!owner.containsKey(id)) {
      return "NOT_FOUND";
    }
    long minor = open.get(id) * share / 100;
    if (settled.containsKey(id)) {
      return settled.get(id) == minor ? "ok" : "HOLD_SETTLED";
    }
    settled.put(id, minor);
    available.merge(owner.get(id), open.get(id) - minor, Long::sum);
    return "ok";
  }

  String release(String id) {
    if (!owner.containsKey(id)) {
      settled.put(id, -1L);
      return "ok";
    }
    return capture(id, 0);
  }

  long held(String id) {
    return open.getOrDefault(id, 0L);
  }
}
