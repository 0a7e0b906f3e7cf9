/** The half of a store that writes: every promise of the port as one write in the queue. */
import type {CommitQueue} from './commit-queue.ts'
import type {Store, StoreWrites} from './port.ts'

export function writeSide(queue: CommitQueue): StoreWrites & Pick<Store, 'commits' | 'by'> {
  return {
    commits: () => queue.stats(),
    by: (by) => writes({write: (write) => queue.write(write, by)}),
    ...writes(queue),
  }
}

function writes(queue: Pick<CommitQueue, 'write'>): StoreWrites {
  return {
    tryWrite: async () => void (await queue.write({type: 'trial'})),
    signal: async (write) => (await queue.write({type: 'signal', ...write})).result,
    events: async (write) => (await queue.write({type: 'events', ...write})).outcome,
    refusal: async (write) => void (await queue.write({type: 'refusal', ...write})),
    camera: async (write) => (await queue.write({type: 'camera', ...write})).result,
    acknowledge: async (request, at) => (await queue.write({type: 'ack', request, at})).alarm,
    act: async (request, at) => (await queue.write({type: 'act', request, at})).alarm,
    startMask: async (request, at) => (await queue.write({type: 'mask-start', request, at})).mask,
    endMask: async (request, at) => (await queue.write({type: 'mask-end', request, at})).mask,
    passMaskTime: async (at) => (await queue.write({type: 'mask-time', at})).next,
    handOver: async (request, at) => (await queue.write({type: 'handoff-hand', request, at})).handoff,
    answerHandoff: async (request, at) => (await queue.write({type: 'handoff-answer', request, at})).handoff,
    dropHandoff: async (request, at) => (await queue.write({type: 'handoff-drop', request, at})).handoff,
    startOnTest: async (write) => (await queue.write({type: 'ontest-start', ...write})).window,
    extendOnTest: async (write) => (await queue.write({type: 'ontest-extend', ...write})).window,
    endOnTest: async (request, at) => (await queue.write({type: 'ontest-end', request, at})).window,
    passOnTestTime: async (at) => (await queue.write({type: 'ontest-time', at})).next,
    changeAccess: async (write) => void (await queue.write({type: 'access', ...write})),
    audit: async () => void (await queue.write({type: 'audit'})),
    supervise: async (write) => void (await queue.write({type: 'supervision', ...write})),
    endTestsOfMissing: async (at) => void (await queue.write({type: 'supervision-tests', at})),
    adopt: async (write) => (await queue.write({type: 'adopt', ...write})).child,
    resync: async (write) => (await queue.write({type: 'resync', ...write})).child,
    answer: async (write) => void (await queue.write({type: 'answer', ...write})),
    createJob: async (write) => (await queue.write({type: 'job-create', ...write})).job,
    addTasks: async (write) => (await queue.write({type: 'job-add', ...write})).job,
    claimTasks: async (write) => (await queue.write({type: 'job-claim', ...write})).tasks,
    renewLeases: async (write) => (await queue.write({type: 'job-renew', ...write})).held,
    releaseTasks: async (write) => (await queue.write({type: 'job-release', ...write})).counted,
    recordResults: async (write) => (await queue.write({type: 'job-results', ...write})).counted,
    cancelJob: async (id, who, at) => (await queue.write({type: 'job-cancel', id, who, at})).job,
    retryJob: async (id, at) => (await queue.write({type: 'job-retry', id, at})).job,
    putSchedule: async (write) => (await queue.write({type: 'schedule-put', ...write})).schedule,
    dropSchedule: async (name) => (await queue.write({type: 'schedule-drop', name})).schedule,
    hurrySchedule: async (name, at) => (await queue.write({type: 'schedule-hurry', name, at})).schedule,
    takeTurn: async (name, at) => (await queue.write({type: 'schedule-turn', name, at})).turn,
    forgetTasks: async (write) => (await queue.write({type: 'job-forget', ...write})).left,
    roundOfLogins: async (write) => (await queue.write({type: 'job-logins', ...write})).answers,
    putDevices: async (batch) => (await queue.write({type: 'devices', batch})).result,
    planDevices: async (batch) => (await queue.write({type: 'devices-plan', batch})).result,
  }
}
