/**
 * The one model of failure: a reason that is listed in the contract, a sentence for a person, and
 * what to do next. {@link dev.cloudlet.kernel.error.ErrorMapper} alone chooses status codes.
 */
@NullMarked
package dev.cloudlet.kernel.error;

import org.jspecify.annotations.NullMarked;
