/** The inventory and its missing devices in one open transaction of the embedded store. */
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {Json} from '../../json.ts'
import type {MissingRow, Outage} from '../book/missing.ts'
import {missingRow, outageRow, placeOf} from '../missing-page.ts'
import {LifeTables} from './life-tables.ts'

const SELECT_MISSING = 'SELECT kind, id, place, since, heard, outage, ontest FROM missing'

export class DeviceTables extends LifeTables {
  panelOf(account: string): Panel | undefined {
    return this.state<Panel>("SELECT state FROM device WHERE account = ? AND kind = 'panel'", account)
  }

  panelKeys(account: string): string[] {
    const sql = "SELECT key FROM device WHERE account = ? AND kind = 'panel' ORDER BY key"
    return this.statement(sql)
      .all(account)
      .map(({key}) => String(key))
  }

  zonesOf(account: string): Zone[] {
    const sql = "SELECT state FROM device WHERE account = ? AND kind = 'zone'"
    return this.statement(sql)
      .all(account)
      .map((row) => JSON.parse(String(row.state)) as Zone)
  }

  device(kind: DeviceKind, key: string): Json<Device> | undefined {
    return this.row('SELECT state FROM device WHERE kind = ? AND key = ?', kind, key)?.state as Json<Device> | undefined
  }

  admitDevice(): void {}

  saveDevice(device: Device, state: Json<Device>): void {
    const account = device.kind === 'panel' || device.kind === 'zone' ? device.account : null
    this.run(
      `INSERT INTO device (kind, key, account, state) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, state = excluded.state`,
      ...[device.kind, device.key, account, state],
    )
  }

  missingAmong(ids: readonly WatchedId[]): MissingRow[] {
    const statement = this.statement(`${SELECT_MISSING} WHERE kind = ? AND id = ?`)
    return ids.flatMap(({kind, id}) => {
      const row = statement.get(kind, id)
      return row ? [missingRow(row)] : []
    })
  }

  missingOnTest(): MissingRow[] {
    return this.statement(`${SELECT_MISSING} WHERE ontest IS NOT NULL`).all().map(missingRow)
  }

  saveMissing(rows: readonly MissingRow[]): void {
    const statement = this.statement(
      'INSERT OR REPLACE INTO missing (kind, id, place, since, heard, outage, ontest) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    for (const {kind, id, jurisdiction, since, heardAt = null, group = null, onTest = null} of rows) {
      statement.run(kind, id, placeOf(jurisdiction), since, heardAt, group, onTest)
    }
  }

  dropMissing(ids: readonly WatchedId[]): void {
    const statement = this.statement('DELETE FROM missing WHERE kind = ? AND id = ?')
    for (const {kind, id} of ids) statement.run(kind, id)
  }

  outage(place: Jurisdiction): Outage | undefined {
    const row = this.row('SELECT * FROM outage WHERE place = ?', place)
    return row && outageRow(row)
  }

  untoldOutages(): Outage[] {
    const sql = 'SELECT * FROM outage WHERE devices <> told_devices OR total <> told_total ORDER BY place'
    return this.statement(sql).all().map(outageRow)
  }

  saveOutage({place, devices, total, toldDevices, toldTotal}: Outage): void {
    if (devices === 0 && toldDevices === 0 && total === toldTotal) {
      this.run('DELETE FROM outage WHERE place = ?', place)
      return
    }
    this.run(
      'INSERT OR REPLACE INTO outage (place, devices, total, told_devices, told_total) VALUES (?, ?, ?, ?, ?)',
      ...[place, devices, total, toldDevices, toldTotal],
    )
  }
}
