/**
 * The caches with which the programs start in half the time: classes as they are once loaded and
 * linked, and what was learned about their methods (JEP 483, 514, 515). A cache fits one jar, one
 * build of the JVM and one set of its flags; where it does not fit, the JVM starts as without one.
 */
@NullMarked
package dev.cloudlet.standalone.aot;

import org.jspecify.annotations.NullMarked;
