/** What a platform is told of a probe: the verdict on its camera, and why. */
import type {ProbeReport, ProbeVerdict} from '../model/probe.ts'

export function verdictOf({verdict, cause, checks, at}: ProbeReport): Omit<ProbeVerdict, 'camera'> {
  const detail = checks.find((check) => check.cause === cause)?.detail
  return {verdict, at, ...(cause ? {cause} : {}), ...(detail ? {detail} : {})}
}
