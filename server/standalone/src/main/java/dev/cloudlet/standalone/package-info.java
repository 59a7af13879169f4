/**
 * The whole platform in one process: embedded parts, the server and a worker, with all data in one
 * folder.
 */
@NullMarked
package dev.cloudlet.standalone;

import org.jspecify.annotations.NullMarked;
