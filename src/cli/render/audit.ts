/** How audit results look: one row a rule and camera, then the counts. */
import type {AuditResult} from '../../camera/audit/result.ts'
import type {AuditSummary} from '../camera-audit.ts'
import type {Column} from './rows.ts'

export const AUDIT_COLUMNS: readonly Column<AuditResult>[] = [
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'name', header: 'NAME', wide: true, value: ({name}) => name},
  {name: 'status', header: 'STATUS', value: ({status}) => status},
  {name: 'severity', header: 'SEVERITY', value: ({severity}) => severity},
  {name: 'rule', header: 'RULE', value: ({rule}) => rule},
  {name: 'sure', header: 'SURE', value: ({sure}) => sure},
  {name: 'seen', header: 'SEEN', value: ({seen}) => seen},
  {name: 'right', header: 'RIGHT', value: ({right}) => right},
  {name: 'provision', header: 'PROVISION', wide: true, value: ({provision}) => provision},
  {name: 'source', header: 'SOURCE', wide: true, value: ({source}) => source},
  {name: 'baseline', header: 'BASELINE', wide: true, value: ({baseline}) => baseline},
  {name: 'at', header: 'AT', wide: true, value: ({at}) => new Date(at).toISOString()},
]

export function auditLines({baseline, cameras, notReached, findings, passed, untested, notSeen}: AuditSummary): string {
  const {high, medium, low} = findings
  const provisions = notSeen.map(({provision}) => provision).join(', ')
  return [
    `${camerasText(cameras)} held against ${baseline}: ${high} high, ${medium} medium, ${low} low; ${passed} passed, ${untested} not testable`,
    ...(notReached > 0 ? [`${camerasText(notReached)} not looked at: nothing is known of what they are like`] : []),
    ...(provisions ? [`nothing is said about the provisions ${provisions}`] : []),
  ].join('\n')
}

function camerasText(count: number): string {
  return count === 1 ? '1 camera' : `${count} cameras`
}
