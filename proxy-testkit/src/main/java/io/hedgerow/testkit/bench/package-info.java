/** What benchmarks share. */
@NullMarked
package io.hedgerow.testkit.bench;

import org.jspecify.annotations.NullMarked;
