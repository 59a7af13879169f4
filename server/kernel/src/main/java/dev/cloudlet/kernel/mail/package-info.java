/**
 * Mail that leaves the platform. A {@link dev.cloudlet.kernel.mail.MailSender} either hands the
 * mail to a server or says whether trying again can help; keeping, repeating and ordering mail is
 * the outbox's work.
 */
@NullMarked
package dev.cloudlet.kernel.mail;

import org.jspecify.annotations.NullMarked;
