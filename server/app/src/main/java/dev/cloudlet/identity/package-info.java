/**
 * Accounts, sessions, codes and roles; the authenticator of every call.
 *
 * <p>What must stay true:
 *
 * <ul>
 *   <li>An account is opened only after its address was proved; one insert under a unique index on
 *       the lower-cased address decides who gets it. A role never comes from input.
 *   <li>Nothing that opens anything is stored as it is sent: passwords as Argon2id, codes, refresh
 *       tokens as keyed hashes. Verification tokens and handles are an id and its keyed hash, of
 *       which only the id is stored.
 *   <li>A session is live while it is not ended, not past its end, of its account's present epoch,
 *       and its account is not disabled. A new password raises the epoch in the same write, which
 *       ends every session at once.
 *   <li>Every proof (code, verification token, handle) is used up by one conditional write that
 *       also remembers by whom, so that the same request, run again after a crash, carries on.
 * </ul>
 *
 * <p>Collections: {@code identity_accounts} ({@code _id}, unique {@code email}), {@code
 * identity_sessions}, {@code identity_code_books} ({@code _id} is purpose and address), {@code
 * identity_registrations}, {@code identity_grants}, {@code identity_keys}.
 *
 * <p>Browser cookies are the REST edge's business: handlers always answer tokens in the message;
 * the edge turns a {@code Session} into {@code Set-Cookie} (HttpOnly, Secure over https,
 * SameSite=Lax) when {@code cookies} was asked and empties the two members. Nothing here sets a
 * header.
 */
@NullMarked
package dev.cloudlet.identity;

import org.jspecify.annotations.NullMarked;
