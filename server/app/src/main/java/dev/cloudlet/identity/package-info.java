/** Accounts, sessions, codes and roles; the authenticator of every call. */
@NullMarked
package dev.cloudlet.identity;

import org.jspecify.annotations.NullMarked;
