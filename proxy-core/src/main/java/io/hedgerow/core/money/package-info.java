/** Prices over time, costs, and the checks on token counts before they are charged. */
@NullMarked
package io.hedgerow.core.money;

import org.jspecify.annotations.NullMarked;
