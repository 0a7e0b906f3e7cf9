import * as Args from '@oclif/core/args'
import {auditFlags} from '../../cli/audit-flags.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import type {AuditSummary} from '../../cli/camera-audit.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {AUDIT_COLUMNS, auditLines} from '../../cli/render/audit.ts'
import {streamOptions} from '../../cli/stream-flags.ts'

export default class CameraAudit extends BaseCommand {
  static override summary = 'Hold cameras against a security baseline: open services, certificates, logins, clock.'
  static override description =
    'Looks from outside and changes nothing. Without --login and --try-defaults no login is made, so no account can be locked. Each result names its rule, what was seen, what would be right and how sure that is; what could not be seen is "untested", never fine. Exit status 3 when there is a finding of --severity or worse, or a camera could not be looked at.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --baseline etsi',
    '<%= config.bin %> <%= command.id %> --all --severity high -o csv > findings.csv',
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt --login --show all --json',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = auditFlags

  async run(): Promise<{summary: AuditSummary; results: unknown[]}> {
    const {argv, flags} = await this.parse(CameraAudit)
    const {auditResults, AuditTally, baselineNamed, portList, writeJunit} = await import('../../cli/camera-audit.ts')
    const baseline = await baselineNamed(flags.baseline)
    const allowedPorts = portList(flags['allow-ports'])
    const {trust} = await streamOptions({...flags, measure: 0})
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera audit', flags})
    const stop = onInterrupt()
    const tally = new AuditTally(baseline, flags.junit !== undefined)
    const results = auditResults(targets, this.clock, {
      ...{baseline, allowedPorts, concurrency: flags.concurrency, timeoutMs: flags.timeout, signal: stop.signal},
      ...(trust ? {trust} : {}),
      login: flags.login,
      tryDefaults: flags['try-defaults'],
      show: flags.show === 'all' ? ['finding', 'passed', 'untested'] : ['finding', 'untested'],
      count: (result) => tally.add(result),
    })
    const shown = await this.rows(results, AUDIT_COLUMNS, flags, ({camera, rule}) => `${camera} ${rule}`)
    stop.release()
    if (flags.junit !== undefined) await writeJunit(tally.results, flags.junit)
    const summary = tally.summary()
    this.note(auditLines(summary))
    return this.verdict({summary, results: shown}, tally.isClean(flags.severity))
  }
}
