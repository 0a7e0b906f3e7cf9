/** What a process has cost so far, as Linux counts it; nothing is told of one that has ended. */
import {readFileSync} from 'node:fs'

/** Time on a core so far, s, in ticks of 10 ms; 0 once the process is gone. */
export function cpuSeconds(pid: number | undefined): number {
  const fields = read(pid, 'stat')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

/** Most memory that it ever had, MB; 0 once the process is gone. */
export function peakMb(pid: number | undefined): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(read(pid, 'status'))?.[1] ?? 0) / 1_024)
}

function read(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
