/**
 * Mail after the fact: an outbox that sends once per event.
 *
 * <p>What must stay true: a mail is durable before {@link dev.cloudlet.mail.MailOutbox#send}
 * returns; its text is sealed while it waits, gone once it was sent or given up, and never logged.
 * One conditional write leases a mail to one server at a time. A server that dies after handing a
 * mail over and before noting it makes another one hand it over again, under the same message id,
 * by which a receiver drops the second one.
 *
 * <p>Collection: {@code mail_outbox}, {@code _id} is the event's id.
 */
@NullMarked
package dev.cloudlet.mail;

import org.jspecify.annotations.NullMarked;
