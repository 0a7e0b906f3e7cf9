/** The platform's numbers for Prometheus: text format 0.0.4, a fixed set of series, nothing of any single device. */
import type {LogStorage, Status} from '../contract.ts'
import type {CommitStats} from '../store/port.ts'
import type {CameraNumbers} from './camera-source.ts'

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface Numbers {
  readonly status: Status
  readonly commits: CommitStats
  readonly events: {readonly stored: number; readonly repeated: number}
  /** Absent when cameras are not listened to. */
  readonly cameras?: CameraNumbers
  readonly httpConnections: number
  readonly streamClients: number
  readonly memory: {readonly rss: number; readonly heapUsed: number}
  /** Processor time used, s. */
  readonly cpuS: number
}

type Labels = Readonly<Record<string, string | number>>
type Sample = readonly [value: number, labels?: Labels]

export function metricsText(numbers: Numbers): string {
  const {status, commits} = numbers
  const {new: fresh, acked, dispatched, ...rest} = status.alarms
  return [
    gauge('citywatch_build_info', 'Version that runs.', [[1, {version: status.version}]]),
    gauge('citywatch_log_head', 'Sequence of the last entry of the log.', [[status.head]]),
    ...logSeries(status.log),
    counter('citywatch_commits_total', 'Transactions that are on the disk.', [[commits.count]]),
    counter('citywatch_commits_failed_total', 'Transactions that the disk refused.', [[commits.failed]]),
    commitSizes(commits),
    gauge('citywatch_writes_waiting', 'Writes that wait for the disk, by weight.', [[commits.waiting]]),
    gauge('citywatch_alarms', 'Open alarms.', samples({new: fresh, acked, dispatched}, 'handling')),
    gauge(
      'citywatch_alarms_in_state',
      'Open alarms that are counted above too, by what else they are.',
      samples(rest, 'state'),
    ),
    gauge('citywatch_masks', 'Masks that hold.', [[status.masks]]),
    gauge('citywatch_handoffs', 'Incidents for 110 that wait for somebody.', samples(status.handoffs, 'waits')),
    gauge('citywatch_devices', 'Devices of the inventory.', samples(status.devices, 'kind')),
    gauge('citywatch_ontest_windows', 'On-test windows that are open.', [[status.onTest]]),
    gauge('citywatch_supervised_devices', 'Cameras and panels by what is known of them.', supervised(status)),
    counter('citywatch_frames_refused_total', 'Frames refused since the log began.', [[status.refused]]),
    counter('citywatch_events_total', 'Foreign events taken since the start.', samples(numbers.events, 'result')),
    ...(numbers.cameras ? cameraSeries(numbers.cameras) : []),
    gauge('citywatch_http_connections', 'Open HTTP connections.', [[numbers.httpConnections]]),
    gauge('citywatch_stream_clients', 'Watchers of the event stream.', [[numbers.streamClients]]),
    gauge('citywatch_heap_used_bytes', 'Memory of the program itself.', [[numbers.memory.heapUsed]]),
    gauge('process_resident_memory_bytes', 'Resident memory size.', [[numbers.memory.rss]]),
    gauge('process_start_time_seconds', 'Start since the epoch.', [[status.startedAt / 1_000]]),
    counter('process_cpu_seconds_total', 'Processor time used.', [[numbers.cpuS]]),
  ].join('')
}

function logSeries(log: LogStorage | undefined): string[] {
  if (log === undefined) return []
  return [
    gauge('citywatch_log_floor', 'Sequence before the oldest entry that is kept.', [[log.floor]]),
    gauge('citywatch_log_open_entries', 'Entries that are not in a sealed segment yet.', [[log.open]]),
    gauge('citywatch_log_segments', 'Sealed segment files.', [[log.segments]]),
    gauge('citywatch_log_segment_bytes', 'Bytes of sealed segment files.', [[log.segmentBytes]]),
    gauge('citywatch_database_bytes', 'Bytes of the database in use.', [[log.databaseBytes]]),
    counter('citywatch_log_dropped_total', 'Entries that retention took since the log began.', [[log.dropped]]),
    counter('citywatch_log_upkeep_failed_total', 'Sealings and drops that failed since the start.', [[log.failures]]),
  ]
}

function supervised({supervision: {alive, unheard, missing, unsupervised}}: Status): Sample[] {
  return samples({alive, unheard, missing, unsupervised}, 'state')
}

function cameraSeries({cameras, messages}: CameraNumbers): string[] {
  return [
    gauge('citywatch_cameras_listened', 'Cameras by what is heard of them.', samples(cameras, 'link')),
    counter('citywatch_camera_messages_total', 'Messages of cameras.', samples({...messages}, 'result')),
  ]
}

function commitSizes({count, sum, upTo}: CommitStats): string {
  const name = 'citywatch_commit_writes'
  return [
    head(name, 'Writes in one transaction.', 'histogram'),
    ...upTo.map(([bound, commits]) => line(`${name}_bucket`, [commits, {le: bound}])),
    line(`${name}_bucket`, [count, {le: '+Inf'}]),
    line(`${name}_sum`, [sum]),
    line(`${name}_count`, [count]),
  ].join('')
}

function samples(values: Readonly<Record<string, number>>, label: string): Sample[] {
  return Object.entries(values).map(([name, value]) => [value, {[label]: name}])
}

function gauge(name: string, help: string, values: readonly Sample[]): string {
  return head(name, help, 'gauge') + values.map((sample) => line(name, sample)).join('')
}

function counter(name: string, help: string, values: readonly Sample[]): string {
  return head(name, help, 'counter') + values.map((sample) => line(name, sample)).join('')
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function line(name: string, [value, labels]: Sample): string {
  const pairs = Object.entries(labels ?? {}).map(([label, text]) => `${label}="${text}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
}
