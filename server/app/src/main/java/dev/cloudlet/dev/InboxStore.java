package dev.cloudlet.dev;

import java.util.List;
import java.util.Optional;

/** Keeps the inbox. Each method is atomic. */
interface InboxStore {
  /** Adds a mail unless one of its message id is there. */
  void insert(InboxMail mail);

  /**
   * Mail, newest first.
   *
   * @param to only to this address; empty means all
   * @param before only mail with smaller ids
   * @param limit 1 to 1000
   */
  List<InboxMail> list(Optional<String> to, Optional<InboxMailId> before, int limit);

  /** Removes all mail with ids smaller than {@code id}. */
  void removeBefore(InboxMailId id);
}
