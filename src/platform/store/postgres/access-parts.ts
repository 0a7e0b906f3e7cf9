/** What a batch writes of users and tokens, and of the audit log. */
import {json} from '../../json.ts'
import type {Changes} from './changes.ts'
import {partsOf} from './facts.ts'
import type {Params} from './params.ts'

export function accessRows({access}: Changes, params: Params): string {
  const names = [...access.keys()].map(partsOf)
  const values = `unnest(
      ${params.texts(names.map(({kind}) => kind))},
      ${params.texts(names.map(({key}) => key))},
      ${params.texts([...access.values()].map((record) => record && json(record)))}
    ) AS a (kind, name, state)`
  return `
  access_rows AS (
    INSERT INTO access (kind, name, state) SELECT * FROM ${values} WHERE a.state IS NOT NULL
    ON CONFLICT (kind, name) DO UPDATE SET state = excluded.state
  ),
  access_gone AS (
    DELETE FROM access USING ${values} WHERE a.state IS NULL AND access.kind = a.kind AND access.name = a.name
  )`
}

export function auditRows({auditLines}: Changes, params: Params): string {
  return `
  audit_rows AS (
    INSERT INTO audit (n, at, who, what, place, line, hash)
    SELECT * FROM unnest(
      ${params.bigints(auditLines.map(({kept}) => kept.n))},
      ${params.bigints(auditLines.map(({found}) => found.at))},
      ${params.texts(auditLines.map(({found}) => found.who))},
      ${params.texts(auditLines.map(({found}) => found.what))},
      ${params.texts(auditLines.map(({found}) => found.place))},
      ${params.texts(auditLines.map(({kept}) => kept.line))},
      ${params.texts(auditLines.map(({kept}) => kept.hash))}
    )
  )`
}
