/** Who may do what with the work queue, and what the audit log calls it. */
import type {JobRoute} from '../contract-jobs.ts'

/** Of the permissions of permission.ts. */
type JobPermission = 'measure' | 'jobs' | 'work'

/** Whoever makes jobs says which cameras workers log in at, as whoever changes the inventory does. */
export const JOB_NEEDS: {readonly [R in JobRoute]: JobPermission} = {
  'GET /v1/jobs': 'measure',
  'POST /v1/jobs': 'jobs',
  'GET /v1/jobs/tasks': 'measure',
  'POST /v1/jobs/tasks': 'jobs',
  'POST /v1/jobs/cancel': 'jobs',
  'POST /v1/jobs/retry': 'jobs',
  'POST /v1/jobs/claim': 'work',
  'POST /v1/jobs/renew': 'work',
  'POST /v1/jobs/release': 'work',
  'POST /v1/jobs/results': 'work',
  'POST /v1/jobs/logins': 'work',
  'GET /v1/schedules': 'measure',
  'POST /v1/schedules': 'jobs',
  'POST /v1/schedules/run': 'jobs',
  'POST /v1/schedules/remove': 'jobs',
}

/** What workers do comes by the thousand and is in the tasks themselves. */
export const JOB_NOTED: {readonly [R in Extract<JobRoute, `POST ${string}`>]: string | null} = {
  'POST /v1/jobs': 'job.add',
  'POST /v1/jobs/tasks': null,
  'POST /v1/jobs/cancel': 'job.cancel',
  'POST /v1/jobs/retry': 'job.retry',
  'POST /v1/jobs/claim': null,
  'POST /v1/jobs/renew': null,
  'POST /v1/jobs/release': null,
  'POST /v1/jobs/results': null,
  'POST /v1/jobs/logins': null,
  'POST /v1/schedules': 'schedule.put',
  'POST /v1/schedules/run': 'schedule.run',
  'POST /v1/schedules/remove': 'schedule.remove',
}
