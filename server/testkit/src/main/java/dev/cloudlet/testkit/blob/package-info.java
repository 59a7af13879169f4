/** What every object store must do, as a suite to subclass. */
@NullMarked
package dev.cloudlet.testkit.blob;

import org.jspecify.annotations.NullMarked;
