// A worker that takes one job, says so, and never ends it: the test kills it.
import { createBullQueue } from '../../../src/adapters/queue/bull-queue.ts'

const [redisUrl = '', prefix = ''] = process.argv.slice(2)
createBullQueue({ redisUrl, prefix, lockMs: 1_000 }).process(async () => {
  process.stdout.write('taken\n')
  await new Promise(() => undefined)
})
