/** Logs with a request id, and metrics. */
@NullMarked
package dev.cloudlet.kernel.telemetry;

import org.jspecify.annotations.NullMarked;
