/** Mail after the fact: an outbox that sends once per event. */
@NullMarked
package dev.cloudlet.mail;

import org.jspecify.annotations.NullMarked;
