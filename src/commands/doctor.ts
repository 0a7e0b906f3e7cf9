import {BaseCommand} from '../cli/base-command.ts'
import type {Finding} from '../cli/doctor.ts'
import {outputFlags, platformFlags, withVariables} from '../cli/flags.ts'
import type {Column} from '../cli/render/rows.ts'

const COLUMNS: readonly Column<Finding>[] = [
  {name: 'status', header: '', value: ({status}) => status},
  {name: 'check', header: 'CHECK', value: ({check}) => check},
  {name: 'detail', header: 'WHAT WAS SEEN', value: ({detail}) => detail},
]

export default class Doctor extends BaseCommand {
  static override summary = 'Check that this machine is fit for the work. Exit status 3 when something fails.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = withVariables({...platformFlags, ...outputFlags})

  async run(): Promise<{findings: Finding[]}> {
    const {flags} = await this.parse(Doctor)
    const {examine} = await import('../cli/doctor.ts')
    const found = await examine(flags)
    const findings = await this.rows(found, COLUMNS, flags, ({check}) => check)
    return this.verdict(
      {findings},
      found.every(({status}) => status !== 'fail'),
    )
  }
}
