import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../cli/base-command.ts'
import type {ChainSummary} from '../cli/demo/chain.ts'
import {withVariables} from '../cli/flags.ts'
import {onInterrupt} from '../cli/interrupt.ts'

export default class Demo extends BaseCommand {
  static override summary = 'See a city at work without hardware: platform, cameras, panels and the alarm monitor.'
  static override description =
    `Starts the embedded platform and a simulated city, some of its cameras sick in named ways, and opens the alarm monitor. With --headless it runs the same chain to its end without a terminal: every camera probed, every signal followed from the panel to the acknowledgement. Exit status 0 only when it all adds up. Everything it starts stops with it.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --headless --json',
  ]
  static override flags = withVariables({
    headless: Flags.boolean({description: 'no screen: run the chain to its end and print the sums'}),
    cameras: Flags.integer({default: 200, min: 1, max: 20_000, description: 'simulated cameras', helpValue: 'N'}),
    panels: Flags.integer({default: 24, min: 1, max: 10_000, description: 'simulated alarm panels', helpValue: 'N'}),
    signals: Flags.integer({
      default: 10,
      min: 1,
      max: 100_000,
      description: 'with --headless: signals of each panel',
      helpValue: 'N',
    }),
    seed: Flags.integer({default: 1, description: 'the same seed gives the same city', helpValue: 'N'}),
  })

  async run(): Promise<ChainSummary | undefined> {
    const {flags} = await this.parse(Demo)
    const stop = onInterrupt()
    const {openDemo} = await import('../cli/demo/open.ts')
    this.note('starting the platform and the city …')
    const demo = await openDemo({...flags, clock: this.clock})
    try {
      const headless = flags.headless || !process.stdout.isTTY || !process.stdin.isTTY
      if (!headless) return await this.show(demo, flags.seed, stop.signal)
      const {runChain} = await import('../cli/demo/chain.ts')
      const {renderChain} = await import('../cli/render/chain.ts')
      const note = (text: string) => this.note(text)
      const summary = await runChain(demo, {...flags, clock: this.clock, signal: stop.signal, note})
      if (stop.signal.aborted) return void this.note('stopped: the sums are not complete')
      this.log(renderChain(summary))
      return this.verdict(summary, summary.problems.length === 0)
    } finally {
      await demo.close()
      stop.release()
    }
  }

  private async show(demo: import('../cli/demo/open.ts').Demo, seed: number, signal: AbortSignal): Promise<undefined> {
    const {showCity} = await import('../cli/demo/show.ts')
    const {watchAlarms} = await import('../tui/alarm-watch/run.tsx')
    const {operatorName} = await import('../cli/operator.ts')
    const {safeName} = await import('../lib/safe-text.ts')
    const {clock} = this
    await showCity(demo, {seed, clock, signal, note: (text) => this.note(text)}, () =>
      watchAlarms({feed: demo.client, clock, by: safeName(operatorName()), signal}),
    )
    return undefined
  }
}
