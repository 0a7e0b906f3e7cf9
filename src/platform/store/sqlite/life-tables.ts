/** Alarms, masks, hand-overs and on-test windows in one open transaction of the embedded store. */
import {screenState} from '../../../alarm/screen-state.ts'
import {type Alarm, firedAt, ownAccount} from '../../../model/alarm.ts'
import {type Handoff, isWaiting} from '../../../model/handoff.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import {type Json, json} from '../../json.ts'
import type {KeptAlarm} from '../book/book.ts'
import {JobTables} from './job-tables.ts'

export class LifeTables extends JobTables {
  openAlarm(key: string): KeptAlarm | undefined {
    const row = this.row("SELECT key, seq, state FROM alarm WHERE key = ? AND handling <> 'closed'", key)
    return row && keptAlarm(row)
  }

  alarm(id: number): KeptAlarm | undefined {
    const row = this.row('SELECT key, seq, state FROM alarm WHERE id = ?', id)
    return row && keptAlarm(row)
  }

  openAlarmsOf(account: string, since: number, limit = -1): KeptAlarm[] {
    const sql = `SELECT key, seq, state FROM alarm WHERE account = ? AND fired_at >= ? AND handling <> 'closed'
      ORDER BY fired_at DESC, id DESC LIMIT ?`
    return this.statement(sql).all(account, since, limit).map(keptAlarm)
  }

  nextAlarmId(): number {
    return Number(this.row('SELECT id FROM alarm ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveAlarm({key, alarm, seq}: KeptAlarm): void {
    const {id, handling, priority} = alarm
    this.run(
      `INSERT OR REPLACE INTO alarm (id, key, handling, account, screen, priority, fired_at, seq, state)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, key, handling, ownAccount(alarm), screenState(alarm), priority, firedAt(alarm), seq, json(alarm)],
    )
  }

  masksOn(account?: string): Mask[] {
    const rows =
      account === undefined
        ? this.statement('SELECT state FROM mask WHERE is_on = 1 ORDER BY id').all()
        : this.statement('SELECT state FROM mask WHERE account = ? AND is_on = 1 ORDER BY id').all(account)
    return rows.map((row) => JSON.parse(String(row.state)) as Mask)
  }

  mask(id: number): Mask | undefined {
    return this.state<Mask>('SELECT state FROM mask WHERE id = ?', id)
  }

  nextMaskId(): number {
    return Number(this.row('SELECT id FROM mask ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveMask({id, scope, state: life}: Mask, state: Json<Mask>): void {
    this.run(
      'INSERT OR REPLACE INTO mask (id, account, is_on, state) VALUES (?, ?, ?, ?)',
      ...[id, scope.account, life === 'on' ? 1 : 0, state],
    )
  }

  handoffsOf(account: string, since: number): Handoff[] {
    const sql = 'SELECT state FROM handoff WHERE account = ? AND (waiting = 1 OR changed_at >= ?) ORDER BY id'
    return this.statement(sql)
      .all(account, since)
      .map((row) => JSON.parse(String(row.state)) as Handoff)
  }

  handoff(id: number): Handoff | undefined {
    return this.state<Handoff>('SELECT state FROM handoff WHERE id = ?', id)
  }

  nextHandoffId(): number {
    return Number(this.row('SELECT id FROM handoff ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveHandoff(handoff: Handoff, state: Json<Handoff>): void {
    const {id, account, changedAt} = handoff
    this.run(
      'INSERT OR REPLACE INTO handoff (id, account, waiting, changed_at, state) VALUES (?, ?, ?, ?, ?)',
      ...[id, account, isWaiting(handoff) ? 1 : 0, changedAt, state],
    )
  }

  openWindows(account?: string): OnTestWindow[] {
    const rows =
      account === undefined
        ? this.statement('SELECT state FROM ontest WHERE open = 1 ORDER BY id').all()
        : this.statement('SELECT state FROM ontest WHERE account = ? AND open = 1 ORDER BY id').all(account)
    return rows.map((row) => JSON.parse(String(row.state)) as OnTestWindow)
  }

  window(id: number): OnTestWindow | undefined {
    return this.state<OnTestWindow>('SELECT state FROM ontest WHERE id = ?', id)
  }

  nextWindowId(): number {
    return Number(this.row('SELECT id FROM ontest ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveWindow({id, account, state: life}: OnTestWindow, state: Json<OnTestWindow>): void {
    this.run(
      'INSERT OR REPLACE INTO ontest (id, account, open, state) VALUES (?, ?, ?, ?)',
      ...[id, account, life === 'open' ? 1 : 0, state],
    )
  }
}

function keptAlarm({key, seq, state}: Record<string, unknown>): KeptAlarm {
  return {key: String(key), seq: Number(seq), alarm: JSON.parse(String(state)) as Alarm}
}
