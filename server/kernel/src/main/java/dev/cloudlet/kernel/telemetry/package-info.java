/** What operators see: traces, logs with a request id, and metrics. Off or cheap by default. */
@NullMarked
package dev.cloudlet.kernel.telemetry;

import org.jspecify.annotations.NullMarked;
