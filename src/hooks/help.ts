/** How help looks: usage, then examples, then the rest; the variable of each flag stands beside it. */
import type {Command} from '@oclif/core/command'
import {CommandHelp, Help} from '@oclif/core/help'
import type * as Interfaces from '@oclif/core/interfaces'

const FIRST = ['USAGE', 'EXAMPLES']
const FOOTER =
  'Exit statuses: citywatch help exit-codes · every flag is also a variable: --http-port is CITYWATCH_HTTP_PORT'

class OrderedHelp extends CommandHelp {
  protected override sections() {
    const all = super.sections()
    const place = ({header}: {header: string}) => (FIRST.includes(header) ? FIRST.indexOf(header) : FIRST.length)
    return all.toSorted((a, b) => place(a) - place(b))
  }
}

export default class CitywatchHelp extends Help {
  protected override CommandHelpClass = OrderedHelp

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    await super.showCommandHelp(command)
    this.log(FOOTER)
  }

  protected override async showRootHelp(): Promise<void> {
    await super.showRootHelp()
    this.log(FOOTER)
  }

  protected override getCommandHelpClass(command: Command.Loadable): CommandHelp {
    return new this.CommandHelpClass(command, this.config, this.opts as Interfaces.HelpOptions)
  }
}
