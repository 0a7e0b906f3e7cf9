/** What a watch knows of a device, in one byte: a state, and marks beside it. */

/** Gone: in the inventory no longer. Unheard: not since the watching began, and its time is not over yet. */
export const GONE = 0
export const UNSUPERVISED = 1
export const UNHEARD = 2
export const ALIVE = 3
export const MISSING = 4
export const STATE = 0b111
/** The log says that it is missing. */
export const TOLD = 0b1000
/** It waits to be told to the log. */
export const WAITING = 0b1_0000
export const HEARD = 0b10_0000
/** Known from the log alone: the inventory has not been asked yet. */
export const PRESUMED = 0b100_0000
