/** Waiting for a condition or an event: the condition decides, never the time. */
import {setTimeout as delay} from 'node:timers/promises'

/** Resolves once `condition` holds; the test's own time limit ends what never comes. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(5)
}
