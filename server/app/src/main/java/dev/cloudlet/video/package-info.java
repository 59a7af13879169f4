/**
 * Videos: upload, transcode, playback by signed token.
 *
 * <p>Collections: {@code videos} (by id, index {owner, -id}), {@code video_garbage} (prefixes to be
 * removed). Invariants: the video's document decides that one transcode runs at a time and names
 * hold and job before either exists, so whoever comes next can finish or undo; outputs of an
 * attempt are below a prefix of its own, and only the attempt that won is shown; a playback token
 * opens exactly one output of one video and holds no secret.
 */
@NullMarked
package dev.cloudlet.video;

import org.jspecify.annotations.NullMarked;
