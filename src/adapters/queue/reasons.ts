export const REASONS = {
  QUEUE_UNAVAILABLE: 'the job queue did not store a job in time; look at Redis, GitHub redelivers what was refused',
  QUEUE_CLOSED: 'the process is shutting down and takes no new jobs; the next process finds them again',
} as const
