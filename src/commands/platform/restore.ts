import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {withVariables} from '../../cli/flags.ts'
import {folderOnlyFlag, requireFolder} from '../../cli/platform-store.ts'
import type {RestoreReport} from '../../platform/store/sqlite/restore.ts'

export default class PlatformRestore extends BaseCommand {
  static override summary = "Put a backup in the place of a platform's data; what was there is kept beside it."
  static override description =
    'Stop the platform first. The backup is copied and read through before anything changes. The log begins a new life (epoch), so that every watcher takes a new snapshot instead of trusting a cursor of before.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> /backup/citywatch-monday.db',
    '<%= config.bin %> <%= command.id %> nightly.db --data /srv/citywatch --json',
  ]
  static override args = {
    file: Args.string({ignoreStdin: true, required: true, description: 'backup made by platform backup'}),
  }
  static override flags = withVariables({
    data: Flags.string({description: 'data folder of the platform; made when it is not there', helpValue: 'DIR'}),
    store: folderOnlyFlag,
  })

  async run(): Promise<RestoreReport> {
    const {args, flags} = await this.parse(PlatformRestore)
    await requireFolder(flags.store, 'restore')
    const {restore} = await import('../../platform/store/sqlite/restore.ts')
    const {platformFolder} = await import('../../cli/paths.ts')
    const {restoreLines} = await import('../../cli/render/backup.ts')
    const folder = flags.data ?? platformFolder()
    const report = await restore({file: args.file, folder, now: this.clock.now()})
    this.log(restoreLines(report))
    return report
  }
}
