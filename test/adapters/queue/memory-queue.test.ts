import { createMemoryQueue } from '../../../src/adapters/queue/memory-queue.ts'
import { describeJobQueue } from './job-queue-contract.ts'

describeJobQueue('in one process', async (options) => createMemoryQueue(options))
