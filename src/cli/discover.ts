/** Wires a search for cameras: its ranges, its progress, the inventory behind it, and how the command ends. */
import {open} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import {type DiscoverSummary, type Discovery, discover} from '../camera/discover/discover.ts'
import {allInterfaces} from '../camera/discover/interfaces.ts'
import {parsePorts} from '../camera/discover/ports.ts'
import {isInNetwork} from '../camera/discover/subnets.ts'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import {IntoInventory, type InventoryCounts, inventoryLine} from './discover-inventory.ts'
import type {OutputChoice} from './flags.ts'
import {progress} from './progress.ts'
import {type FoundRow, foundLine, searchLines, WrongSubnets} from './render/found.ts'
import {targetsOf} from './targets.ts'

export interface DiscoverFlags extends PlatformChoice, OutputChoice {
  readonly interface?: readonly string[] | undefined
  readonly file?: string | undefined
  readonly timeout: number
  readonly port: number
  readonly ports: string
  readonly rate: number
  readonly concurrency: number
  readonly 'connect-timeout': number
  readonly 'max-hosts': number
  readonly into?: 'inventory' | undefined
  readonly check: boolean
  readonly apply: boolean
  readonly site?: string | undefined
}

export interface DiscoverParts {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** A line for the person at the terminal. */
  readonly note: (text: string) => void
  /** Prints them as they come; returns those that the report is to have. */
  readonly print: (rows: AsyncIterable<FoundRow>) => Promise<FoundRow[]>
}

export interface DiscoverReport extends DiscoverSummary {
  readonly cameras: readonly FoundRow[]
  readonly inventory?: InventoryCounts
}

export interface DiscoverEnd {
  readonly report: DiscoverReport
  /** 0, 3 (not everything could be asked or written), 8 (--check, and something differs). */
  readonly exit: number
}

/** Throws what discover and the platform's client throw, CW_FILE_NOT_FOUND and CW_IO. */
export async function runDiscover(
  args: readonly string[],
  flags: DiscoverFlags,
  parts: DiscoverParts,
): Promise<DiscoverEnd> {
  const addresses = await rangesOf(args, flags.file)
  if (addresses.length > 0 && flags.interface) {
    throw new CitywatchError('CW_USAGE', {
      detail: '--interface is for multicast: named addresses are asked by whatever way leads there',
    })
  }
  const ports = parsePorts(flags.ports)
  const inventory = flags.into && (await IntoInventory.read(await platformClient(flags), flags.site))
  const drawn = progress(() => performance.now())
  const discovery = discover({
    interfaces: flags.interface ?? [],
    addresses,
    timeoutMs: flags.timeout,
    port: flags.port,
    ports,
    rate: flags.rate,
    concurrency: flags.concurrency,
    connectMs: flags['connect-timeout'],
    maxHosts: flags['max-hosts'],
    clock: parts.clock,
    signal: parts.signal,
    progress: (asked, all) => drawn.step(`asked ${asked} of ${all} questions`),
  })
  const tally = {cameras: 0, others: 0, wrong: new WrongSubnets()}
  const cameras = await parts.print(rowsOf(discovery, inventory, flags, parts, tally))
  drawn.end()
  if (inventory && flags.apply) await inventory.apply(parts.signal)
  const summary = discovery.summary()
  const lines = [
    ...tally.wrong.lines(process.platform),
    ...searchLines(summary),
    ...(inventory ? [inventoryLine(inventory.counts, flags)] : []),
    foundLine(tally.cameras, tally.others),
  ]
  for (const line of lines) parts.note(line)
  const report = {cameras, ...summary, ...(inventory ? {inventory: inventory.counts} : {})}
  return {report, exit: exitOf(summary, inventory?.counts, flags)}
}

async function* rowsOf(
  discovery: Discovery,
  inventory: IntoInventory | undefined,
  flags: DiscoverFlags,
  {clock, signal}: DiscoverParts,
  tally: {cameras: number; others: number; readonly wrong: WrongSubnets},
): AsyncGenerator<FoundRow> {
  for await (const found of discovery.found) {
    const row = inventory ? inventory.row(found) : found
    if (row.kind === 'onvif') tally.cameras += 1
    else tally.others += 1
    tally.wrong.see(row)
    // Names go into other commands, which take cameras.
    if (flags.output !== 'name' || row.kind === 'onvif') yield row
  }
  if (!inventory || !discovery.summary().complete) return
  const missing = inventory.missing(searchedBy(discovery), {timeoutMs: flags.timeout, clock, signal})
  for await (const row of missing) if (flags.output !== 'name' || row.change !== 'gone') yield row
}

/** Whether a search came by an address: it was asked by itself, or lies in a network that an interface asked. */
function searchedBy(discovery: Discovery): (host: string) => boolean {
  const addresses = discovery.addresses()
  if (addresses) return (host) => addresses.has(host)
  const asked = new Set(discovery.summary().interfaces.flatMap(({address, sent}) => (sent > 0 ? [address] : [])))
  const networks = allInterfaces().filter(({family, address}) => family === 'IPv4' && asked.has(address))
  return (host) => networks.some(({cidr}) => isInNetwork(host, cidr))
}

function exitOf(
  {interfaces, sweep, dropped}: DiscoverSummary,
  counts: InventoryCounts | undefined,
  flags: DiscoverFlags,
) {
  const names = new Set(interfaces.map(({name}) => name))
  const deaf = [...names].filter((name) => interfaces.every((one) => one.name !== name || one.sent === 0))
  const unsent = sweep !== undefined && interfaces.some((one) => one.unsent > 0)
  if (unsent || deaf.length > 0 || dropped > 0 || Object.keys(sweep?.failed ?? {}).length > 0) return 3
  if (flags.apply && (counts?.left ?? 0) > 0) return 3
  const differs = counts !== undefined && counts.new + counts.moved + counts.gone > 0
  return flags.check && differs ? 8 : 0
}

/** The ranges to ask one by one; none for a search by multicast. Unlike elsewhere a pipe is read only where `-` says so. */
async function rangesOf(args: readonly string[], file: string | undefined): Promise<string[]> {
  if (args.length === 0 && file === undefined) return []
  const named = file === '-' ? [...args, '-'] : args
  const ranges: string[] = []
  if (named.length > 0) for await (const range of await targetsOf(named, COMMAND)) ranges.push(range)
  if (file !== undefined && file !== '-') for await (const line of linesOf(file)) ranges.push(line)
  // An empty list is not "everything on this link".
  if (ranges.length === 0) throw new CitywatchError('CW_NO_TARGET', {command: COMMAND})
  return ranges
}

const COMMAND = 'camera discover'

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: cause.code ?? 'unreadable'}, {cause})
  })
  for await (const line of createInterface({input: file.createReadStream(), crlfDelay: Number.POSITIVE_INFINITY})) {
    const text = line.trim()
    if (text !== '' && !text.startsWith('#')) yield text
  }
}
