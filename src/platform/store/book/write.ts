import type {ErrorCode, ErrorParams} from '../../../lib/errors.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {DeviceBatch, DeviceBatchResult, OnTestEnd} from '../../contract.ts'
import type {Json} from '../../json.ts'
import type {By} from '../behalf.ts'
import type {AdoptWrite, AnswerWrite, ChildState, ResyncWrite} from '../child.ts'
import type {
  CameraOutcome,
  CameraWrite,
  EventsOutcome,
  EventsWrite,
  LogRow,
  OnTestExtendWrite,
  OnTestStartWrite,
  RefusalWrite,
  SignalWrite,
  SupervisionWrite,
} from '../port.ts'
import type {AccessWrite} from './access.ts'
import type {QueueOutcome, QueueWrite} from './write-jobs.ts'
import type {LifeOutcome, LifeWrite} from './write-life.ts'

/** What a caller asks the store to write. */
export type Write = AnyWrite & {
  /** On whose behalf; absent: the platform's own. */
  readonly by?: By
}

type AnyWrite =
  | ({readonly type: 'signal'} & SignalWrite)
  | ({readonly type: 'events'} & EventsWrite)
  | ({readonly type: 'refusal'} & RefusalWrite)
  | ({readonly type: 'camera'} & CameraWrite)
  | {readonly type: 'devices'; readonly batch: DeviceBatch}
  | {readonly type: 'devices-plan'; readonly batch: DeviceBatch}
  | ({readonly type: 'ontest-start'} & OnTestStartWrite)
  | ({readonly type: 'ontest-extend'} & OnTestExtendWrite)
  | {readonly type: 'ontest-end'; readonly request: OnTestEnd; readonly at: number}
  | {readonly type: 'ontest-time'; readonly at: number}
  | ({readonly type: 'supervision'} & SupervisionWrite)
  | QueueWrite
  | LifeWrite
  | {readonly type: 'supervision-tests'; readonly at: number}
  | ({readonly type: 'adopt'} & AdoptWrite)
  | ({readonly type: 'resync'} & ResyncWrite)
  | ({readonly type: 'answer'} & AnswerWrite)
  | {readonly type: 'trial'}
  | ({readonly type: 'access'} & AccessWrite)
  | {readonly type: 'audit'}

/** What became of one write. A refused one leaves no trace; the others of its batch stand. */
export type Outcome =
  | {readonly type: 'signal'; readonly result: 'stored' | 'unknown-account'}
  | {readonly type: 'events'; readonly outcome: EventsOutcome}
  | {readonly type: 'refusal'}
  | {readonly type: 'camera'; readonly result: CameraOutcome}
  | {readonly type: 'devices'; readonly result: DeviceBatchResult}
  | {readonly type: 'devices-plan'; readonly result: DeviceBatchResult}
  | {readonly type: 'ontest-start'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-extend'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-end'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-time'; readonly next: number | undefined}
  | {readonly type: 'supervision'}
  | LifeOutcome
  | QueueOutcome
  | {readonly type: 'supervision-tests'}
  | {readonly type: 'adopt'; readonly child: ChildState}
  | {readonly type: 'resync'; readonly child: ChildState}
  | {readonly type: 'answer'}
  | {readonly type: 'trial'}
  | {readonly type: 'access'}
  | {readonly type: 'audit'}
  | {readonly type: 'refused'; readonly error: Failure}

export interface Failure {
  readonly code: ErrorCode
  readonly params: ErrorParams
}

/** `failed`: nothing of the batch is promised; the disk may hold it all the same. */
export type Commit =
  | {readonly type: 'committed'; readonly outcomes: readonly Outcome[]; readonly rows: readonly LogRow[]}
  | {readonly type: 'failed'; readonly error: Failure}
