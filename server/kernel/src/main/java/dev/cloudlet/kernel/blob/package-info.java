/**
 * Object storage in the words of S3. {@link dev.cloudlet.kernel.blob.ObjectStore} is for what the
 * server does itself (small objects, measuring, deleting); customers move their bytes straight to
 * the store with URLs from {@link dev.cloudlet.kernel.blob.Presigner}. All implementations pass one
 * contract suite. Keys order by their UTF-8 bytes; a page token is the last key given.
 */
@NullMarked
package dev.cloudlet.kernel.blob;

import org.jspecify.annotations.NullMarked;
