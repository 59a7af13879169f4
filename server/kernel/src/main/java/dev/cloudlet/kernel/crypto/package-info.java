/**
 * Passwords, keyed hashes, encrypted values, signed tokens and randomness. Nothing here writes a
 * log line; secrets arrive and leave as {@link dev.cloudlet.kernel.config.Secret} or as bytes that
 * the caller owns. Every comparison of secret material is constant time; time and randomness are
 * constructor parameters.
 */
@NullMarked
package dev.cloudlet.kernel.crypto;

import org.jspecify.annotations.NullMarked;
