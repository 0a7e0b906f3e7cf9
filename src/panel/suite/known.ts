/** Products whose faults were measured: which rule they break, and in which way. */

const PYSIAALARM = 'pysiaalarm@0f539a6'
const IOBROKER = 'iobroker.sia 2.0.4'

/** `rule saw` → who is known for it. Measured on loopback; newer releases may differ. */
const KNOWN: Readonly<Record<string, string>> = {
  '2 ACK': PYSIAALARM,
  '3 NAK': PYSIAALARM,
  '5 NAK': IOBROKER,
  '6 ACK': PYSIAALARM,
  '6 NAK': IOBROKER,
  '7 NAK': IOBROKER,
  '8a NAK': `${PYSIAALARM}, ${IOBROKER}`,
  '8b NAK': `${PYSIAALARM}, ${IOBROKER}`,
  '13 NAK': `${PYSIAALARM}, ${IOBROKER}`,
  '13 unreadable': IOBROKER,
  '17 ACK': IOBROKER,
  '18 ACK': `${PYSIAALARM}, ${IOBROKER}`,
  '20 ACK': PYSIAALARM,
  '21 stored 2': `${PYSIAALARM}, ${IOBROKER}`,
  'K3 key': PYSIAALARM,
  'G1 NAK': IOBROKER,
  'A1 empty': PYSIAALARM,
  'A1 no CRC': IOBROKER,
  'A2 swapped': PYSIAALARM,
  'A2 bare': PYSIAALARM,
  'A3 None': PYSIAALARM,
  'A4 NAK twice': IOBROKER,
  'A5 K': PYSIAALARM,
  'A5 key': PYSIAALARM,
}

/** The product that breaks the rule in the same way; undefined when none is known to. */
export function knownFor(rule: string, saw: string | undefined): string | undefined {
  const key = `${rule} ${saw}`
  return Object.hasOwn(KNOWN, key) ? KNOWN[key] : undefined
}
