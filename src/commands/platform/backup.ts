import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {withVariables} from '../../cli/flags.ts'
import {folderOnlyFlag, requireFolder} from '../../cli/platform-store.ts'
import type {BackupReport} from '../../platform/store/sqlite/backup.ts'

export default class PlatformBackup extends BaseCommand {
  static override summary = 'Copy the data of a platform on this machine into one file, also while it runs.'
  static override description =
    'The copy is of one instant; the platform goes on taking signals. The file has its name only after it has been read back (every page, every index, a log without a hole) and is on the disk. For its owner only: it holds the whole inventory. Tokens, keys and certificates are not in it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> /backup/citywatch-monday.db',
    '<%= config.bin %> <%= command.id %> nightly.db --force --data /srv/citywatch --json',
  ]
  static override args = {
    file: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'where the backup goes, outside the data folder',
    }),
  }
  static override flags = withVariables({
    data: Flags.string({description: 'data folder of the platform', helpValue: 'DIR'}),
    force: Flags.boolean({description: 'replace the file when it is there'}),
    store: folderOnlyFlag,
  })

  async run(): Promise<BackupReport | undefined> {
    const {args, flags} = await this.parse(PlatformBackup)
    await requireFolder(flags.store, 'backup')
    const {backUp} = await import('../../platform/store/sqlite/backup.ts')
    const {onInterrupt} = await import('../../cli/interrupt.ts')
    const {platformFolder} = await import('../../cli/paths.ts')
    const {backupLine, backupProgress} = await import('../../cli/render/backup.ts')
    const interrupt = onInterrupt()
    const shown = backupProgress(() => this.clock.now())
    try {
      const report = await backUp({
        folder: flags.data ?? platformFolder(),
        file: args.file,
        force: flags.force,
        now: this.clock.now(),
        signal: interrupt.signal,
        progress: shown.step,
      })
      this.log(backupLine(report))
      return report
    } catch (error) {
      if (!interrupt.signal.aborted) throw error
      this.note('interrupted: no backup was made')
      return undefined
    } finally {
      shown.end()
      interrupt.release()
    }
  }
}
