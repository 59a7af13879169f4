/**
 * Buys coins: orders, gateways, and the sandbox gateway with its checkout page.
 *
 * <p>Collections: {@code payment_orders} ({@code _id} order; list by account, sweep by the time),
 * {@code sandbox_checkouts} and {@code sandbox_notices} (the sandbox's own, as remote as any other
 * gateway's). Must stay true: an order is stored before anything can be paid; one payment of the
 * gateway claims the order by one conditional write, and its id is the wallet transfer's id, so
 * webhook, verification and sweeper together credit it once; nothing a browser or a caller says is
 * believed, only what the gateway signed or answered.
 */
@NullMarked
package dev.cloudlet.payments;

import org.jspecify.annotations.NullMarked;
