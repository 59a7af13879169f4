/**
 * The transcoding toolbox: a local media file in, a local folder of adaptive HLS out. It knows no
 * job, no network and no store.
 *
 * <p>What stays true:
 *
 * <ul>
 *   <li>ffmpeg and ffprobe run as child processes with argument arrays, an emptied environment, a
 *       time limit, bounded output and a bounded error tail; they end with the thread that started
 *       them.
 *   <li>An input never makes a tool open another file or an address: demuxers and protocols are
 *       whitelisted, and picture or sound is all that is read.
 *   <li>One process decodes once for every rendition; all renditions have key frames at the same
 *       instants, one at each segment's start.
 *   <li>Playlists are written here from the boxes that were produced, never from what was asked
 *       for.
 * </ul>
 *
 * <p>Segments are fragmented MP4 (CMAF) with sound in a playlist of its own, not transport streams:
 * hls.js hands them to the browser without rewriting, Safari plays them since 2016, sound is
 * encoded and stored once for all rungs, and times can be read back exactly.
 */
@NullMarked
package dev.cloudlet.workers.transcode;

import org.jspecify.annotations.NullMarked;
