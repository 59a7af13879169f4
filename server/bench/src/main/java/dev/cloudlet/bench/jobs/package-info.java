/** Jobs: our engine against BullMQ on the same Redis. */
@NullMarked
package dev.cloudlet.bench.jobs;

import org.jspecify.annotations.NullMarked;
