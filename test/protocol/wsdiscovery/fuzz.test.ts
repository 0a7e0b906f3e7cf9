import {expect, test} from 'vitest'
import {askDatagram, datagramOf, emptyCounts} from '../../support/wsdiscovery-hostile.ts'

const COUNT = 5_000

test('ws-discovery: bad datagrams are messages or the remote error, and what is found of them is safe to print', () => {
  const counts = emptyCounts()
  for (let index = 0; index < COUNT; index++) askDatagram(datagramOf(7, index), index, counts)
  expect(counts.read + counts.refused).toBe(COUNT)
  expect(counts.read).toBeGreaterThan(COUNT / 10)
  expect(counts.refused).toBeGreaterThan(COUNT / 10)
  expect(counts.found).toBeGreaterThan(COUNT / 100)
})
