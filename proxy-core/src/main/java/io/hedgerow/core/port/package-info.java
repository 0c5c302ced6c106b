/**
 * What the core needs from its stores: interfaces and immutable records. The store modules import this package of the core
 * and, for the event loops that all connections share, {@code core.transport}; nothing else.
 *
 * <p>Every method here may be called on an event loop and returns at once; every returned stage may complete on any
 * thread. Money is a {@code long} in nano-USD (10<sup>-9</sup> USD), instants are microseconds since the epoch.
 */
@NullMarked
package io.hedgerow.core.port;

import org.jspecify.annotations.NullMarked;
