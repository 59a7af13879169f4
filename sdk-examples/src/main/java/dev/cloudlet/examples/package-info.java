/**
 * Programs that show the client at work, each in one file. {@link dev.cloudlet.examples.Journey} is
 * the whole way of a customer; the others show one thing each. They take {@code
 * --server=http://host:port} and read the account from {@code CLOUDLET_EMAIL} and {@code
 * CLOUDLET_PASSWORD}, so that no password stands on a command line.
 */
@NullMarked
package dev.cloudlet.examples;

import org.jspecify.annotations.NullMarked;
