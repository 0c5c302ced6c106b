/** The months in which usage records and attempts are stored: made ahead, and dropped as a whole when they are old. */
@NullMarked
package io.hedgerow.billing.month;

import org.jspecify.annotations.NullMarked;
