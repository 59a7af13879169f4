/** Orders and gateways: coins are credited once per payment, by signed webhook or verification. */
@NullMarked
package dev.cloudlet.payments;

import org.jspecify.annotations.NullMarked;
