import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {withVariables} from '../../cli/flags.ts'
import {restoreChoice, storeFlags} from '../../cli/platform-store.ts'
import type {NewLifeReport} from '../../platform/store/postgres/new-life.ts'
import type {RestoreReport} from '../../platform/store/sqlite/restore.ts'

export default class PlatformRestore extends BaseCommand {
  static override summary =
    "Put a backup in the place of a platform's data; or give a restored PostgreSQL database a new life."
  static override description =
    'Stop the platform first. The backup is copied and read through before anything changes; what was there is kept beside it. With --store and no file the database stays as pg_restore made it (or a move to another server, or a standby that lagged behind), and this is refused while a node is connected. The log begins a new life (epoch), so that every watcher takes a new snapshot instead of trusting a cursor of before. Users and tokens are those of the backup: what was revoked since must be revoked again; nobody is logged in.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> /backup/citywatch-monday.db',
    '<%= config.bin %> <%= command.id %> nightly.db --data /srv/citywatch --json',
    '<%= config.bin %> <%= command.id %> --store postgres://citywatch@db.city.example/restored',
  ]
  static override args = {
    file: Args.string({ignoreStdin: true, description: 'backup made by platform backup'}),
  }
  static override flags = withVariables({
    data: Flags.string({description: 'data folder of the platform; made when it is not there', helpValue: 'DIR'}),
    ...storeFlags,
    store: Flags.string({
      description: 'PostgreSQL database to give a new epoch, once it is restored',
      helpValue: 'postgres://USER@HOST/DATABASE',
      helpGroup: 'STORE',
    }),
  })

  async run(): Promise<RestoreReport | NewLifeReport> {
    const {args, flags} = await this.parse(PlatformRestore)
    const choice = await restoreChoice(args.file, flags, this.argv)
    const {operatorName} = await import('../../cli/operator.ts')
    const {newLifeLines, restoreLines} = await import('../../cli/render/backup.ts')
    const common = {now: this.clock.now(), by: `shell ${operatorName()}`}
    if ('postgres' in choice) {
      const {beginNewLife} = await import('../../platform/store/postgres/new-life.ts')
      const report = await beginNewLife({target: choice.postgres, ...common})
      this.log(newLifeLines(report))
      return report
    }
    const {restore} = await import('../../platform/store/sqlite/restore.ts')
    const {platformFolder} = await import('../../cli/paths.ts')
    const report = await restore({file: choice.file, folder: flags.data ?? platformFolder(), ...common})
    this.log(restoreLines(report))
    return report
  }
}
