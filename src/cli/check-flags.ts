/** The flags that every probe of cameras shares, whoever does it. */
import * as Flags from '@oclif/core/flags'

export const skewFlag = Flags.integer({
  default: 30_000,
  min: 0,
  description: 'clock offset that makes a camera sick, ms',
  helpValue: 'MS',
})

export const transportFlag = Flags.option({
  options: ['auto', 'tcp', 'udp'] as const,
  default: 'auto',
  description: 'how the stream is asked for',
})()

export const checkFlags = {transport: transportFlag, 'max-skew': skewFlag}
