package dev.cloudlet.sdk;

/**
 * A wallet's coins.
 *
 * @param available what can be spent
 * @param held what is put aside for running work
 */
public record Balance(Coins available, Coins held) {}
