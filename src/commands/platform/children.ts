import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {CHILD_COLUMNS, isWell} from '../../cli/render/children.ts'
import type {ChildStatus} from '../../platform/contract.ts'

export default class PlatformChildren extends BaseCommand {
  static override summary = 'Show the platforms below this one: the line to each, and whether its alarms are all here.'
  static override description =
    'Open alarms are compared at one and the same position of the log there: UNEVEN means that something is missing here, or too much. LOST are alarms that are open here while the platform below no longer has them, after an older log was restored there. Exit status 3 when a line is down or a comparison is uneven.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context city -o wide',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = withVariables({...outputFlags, ...platformFlags})

  async run(): Promise<{children: ChildStatus[]}> {
    const {flags} = await this.parse(PlatformChildren)
    const {platformClient} = await import('../../cli/context.ts')
    const {children} = await (await platformClient(flags)).federation()
    const rows = await this.rows(each(children), CHILD_COLUMNS, flags, ({name}) => name)
    return this.verdict({children: rows}, children.every(isWell))
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
