package dev.cloudlet.sdk.internal;

import dev.cloudlet.sdk.CloudletException;
import java.time.Duration;

/**
 * Something that changes by revisions and is followed over server streams.
 *
 * @param <S> what a stream sends
 */
interface Followed<S> {
  /** Its id, for messages. */
  String id();

  /**
   * Opens a stream that goes on where another one ended and lives so long at most.
   *
   * @param afterRevision the last revision that was seen, for a server that knows no tokens
   * @param resumeToken of the last message that was seen; empty before the first
   */
  Caller.OpenStream<S> open(long afterRevision, String resumeToken, Duration life);

  /** Where to go on after a message; empty if the server knows no tokens. */
  String resumeToken(S message);

  /** The revision of which a message tells; never falling, except from a replica that lags. */
  long revision(S message);

  /** Takes news; the same revision may come twice. */
  void heard(S message);

  /** Whether that was the last state. */
  boolean ended(S message);

  /** The failure of a wait that took longer than {@code limit}. */
  CloudletException outOfTime(Duration limit);
}
