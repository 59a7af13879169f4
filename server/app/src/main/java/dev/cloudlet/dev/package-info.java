/**
 * Development aids of standalone: the inbox and the clock. Nothing here exists in a server that was
 * not started as standalone: every code that is mailed can be read in the inbox.
 *
 * <p>Collections: {@code dev_inbox} ({@code _id}, unique {@code messageId}; the newest {@value
 * dev.cloudlet.dev.InboxMailSender#KEEP} mails), {@code dev_clock} (one document: how far time was
 * moved, so that it does not go back at the next start).
 */
@NullMarked
package dev.cloudlet.dev;

import org.jspecify.annotations.NullMarked;
