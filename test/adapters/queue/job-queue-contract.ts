import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { QueueOptions } from '../../../src/adapters/queue/retry.ts'
import type { Job, PreviewJob } from '../../../src/model/job.ts'
import { type JobQueue, Superseded } from '../../../src/model/job-queue.ts'

const repository = { installation: 1, owner: 'acme', name: 'shop' }
const preview = (number: number, more: Partial<PreviewJob> = {}): Job => ({
  kind: 'preview',
  repository,
  number,
  ...more,
})
const command = (body: string): Job => ({
  kind: 'command',
  repository,
  number: 1,
  comment: { id: 7, author: { login: 'ana', bot: false }, body, createdAt: '2026-01-01T00:00:00Z' },
})
const reconcile = (application: string, cluster = 'dev'): Extract<Job, { kind: 'reconcile' }> => ({
  kind: 'reconcile',
  repository,
  target: { application, environment: 'dev', cluster },
})

/** What every queue promises. `open` gives queues that share their jobs, if the implementation can share. */
export function describeJobQueue(name: string, open: (options: QueueOptions) => Promise<JobQueue>): void {
  describe(`the job queue ${name}`, () => {
    const opened: JobQueue[] = []
    const queue = async (options: QueueOptions = {}) => {
      const made = await open({ retryBaseMs: 20, ...options })
      opened.push(made)
      return made
    }
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((made) => made.close(100)))
    })

    test('runs what was added before and after it began to take jobs', async () => {
      const jobs = await queue()
      const ran: number[] = []
      await jobs.add(preview(1))
      jobs.process(async (job) => void ran.push((job as { number: number }).number))
      await jobs.add(preview(2))
      await until(() => ran.length === 2)
      expect(ran.sort()).toEqual([1, 2])
      await until(async () => (await jobs.size()) === 0)
    })

    test('runs a waiting job once, with the newest data', async () => {
      const jobs = await queue()
      const ran: string[] = []
      await jobs.add(command('old'))
      await jobs.add(command('new'))
      jobs.process(async (job) => void ran.push((job as { comment: { body: string } }).comment.body))
      await until(() => ran.length > 0)
      await sleep(300)
      expect(ran).toEqual(['new'])
    })

    test('runs a job once more when its twin was added while it ran, however often', async () => {
      const jobs = await queue()
      const bodies: string[] = []
      const gate = Promise.withResolvers<void>()
      jobs.process(async (job) => {
        bodies.push((job as { comment: { body: string } }).comment.body)
        if (bodies.length === 1) await gate.promise
      })
      await jobs.add(command('first'))
      await until(() => bodies.length === 1)
      for (const body of ['second', 'third', 'fourth']) await jobs.add(command(body))
      gate.resolve()
      await until(() => bodies.length === 2)
      await sleep(300)
      expect(bodies).toEqual(['first', 'fourth'])
    })

    test('never runs two jobs of one id at a time', async () => {
      const jobs = await queue({ concurrency: 4 })
      let running = 0
      let most = 0
      let runs = 0
      jobs.process(async () => {
        running += 1
        most = Math.max(most, running)
        await sleep(10)
        running -= 1
        runs += 1
      })
      for (let round = 0; round < 10; round++) {
        await jobs.add(preview(1))
        await sleep(7)
      }
      await until(async () => (await jobs.size()) === 0)
      expect(most).toBe(1)
      expect(runs).toBeGreaterThan(1)
    })

    test('keeps one busy repository from starving another', async () => {
      const jobs = await queue({ concurrency: 2, perGroup: 1 })
      const hold = Promise.withResolvers<void>()
      const ran: string[] = []
      jobs.process(async (job) => {
        if (job.kind !== 'preview') return
        if (job.repository.name === 'shop') await hold.promise
        ran.push(`${job.repository.name} ${job.number}`)
      })
      for (const number of [1, 2, 3, 4]) await jobs.add(preview(number))
      await jobs.add({ kind: 'preview', repository: { ...repository, name: 'idle' }, number: 1 })
      await until(() => ran.includes('idle 1'))
      expect(ran).toEqual(['idle 1'])
      hold.resolve()
      await until(() => ran.length === 5)
    })

    test('shows that a gate has begun while everything is busy', async () => {
      const jobs = await queue({ concurrency: 2, perGroup: 2 })
      const hold = Promise.withResolvers<void>()
      const ran: string[] = []
      jobs.process(async (job) => {
        if (job.kind === 'preview') await hold.promise
        ran.push(job.kind)
      })
      for (const number of [1, 2, 3]) await jobs.add(preview(number))
      await jobs.add({ kind: 'announce', repository, number: 4 })
      await until(() => ran.length > 0)
      expect(ran).toEqual(['announce'])
      hold.resolve()
      await until(() => ran.length === 4)
    })

    test('tries a failing job three times in all, telling each failure', async () => {
      const failures: { attempt: number; final: boolean }[] = []
      const jobs = await queue({ onFailure: ({ attempt, final }) => failures.push({ attempt, final }) })
      jobs.process(async () => {
        throw new Error('no')
      })
      await jobs.add(preview(1))
      await until(() => failures.length === 3)
      await until(async () => (await jobs.size()) === 0)
      expect(failures).toEqual([
        { attempt: 1, final: false },
        { attempt: 2, final: false },
        { attempt: 3, final: true },
      ])
    })

    test('runs a delayed job later, and at once when it is wanted at once', async () => {
      const jobs = await queue()
      const ran: number[] = []
      jobs.process(async (job) => void ran.push((job as { number: number }).number))
      await jobs.add(preview(1), { delayMs: 60_000 })
      await jobs.add(preview(2), { delayMs: 150 })
      await until(() => ran.includes(2))
      expect(ran).toEqual([2])
      await jobs.add(preview(1))
      await until(() => ran.includes(1))
    })

    test('breaks off a preview within a second when a newer head is asked for, and runs the newer', async () => {
      const failures: unknown[] = []
      const jobs = await queue({ onFailure: ({ error }) => failures.push(error) })
      const seen: unknown[] = []
      let reason: unknown
      let after = Number.POSITIVE_INFINITY
      let asked = 0
      jobs.process(async (job, signal) => {
        seen.push((job as PreviewJob).seen)
        if (seen.length > 1) return
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        after = Date.now() - asked
        reason = signal.reason
        signal.throwIfAborted()
      })
      await jobs.add(preview(1, { seen: 'old' }))
      await until(() => seen.length === 1)
      asked = Date.now()
      await jobs.add(preview(1, { seen: 'new' }))
      await until(() => seen.length === 2)
      await until(async () => (await jobs.size()) === 0)
      expect(seen).toEqual(['old', 'new'])
      expect(reason).toBeInstanceOf(Superseded)
      expect(after).toBeLessThan(1_000)
      expect(failures).toEqual([])
    })

    test.each<[what: string, newer: Partial<PreviewJob>]>([
      ['of the same head', { seen: 'same' }],
      ['of no head in particular', {}],
    ])('lets a preview end when another one %s is asked for', async (_what, newer) => {
      const jobs = await queue()
      const hold = Promise.withResolvers<void>()
      const aborted: boolean[] = []
      jobs.process(async (_job, signal) => {
        if (aborted.length === 0) await hold.promise
        aborted.push(signal.aborted)
      })
      await jobs.add(preview(1, { seen: 'same' }))
      await sleep(50)
      await jobs.add(preview(1, newer))
      await sleep(500)
      hold.resolve()
      await until(() => aborted.length === 2)
      expect(aborted).toEqual([false, false])
    })

    test('forgets no wish to see a check again when a preview is asked for once more', async () => {
      const jobs = await queue()
      const ran: unknown[] = []
      await jobs.add(preview(1, { again: { wish: 'w' } }))
      await jobs.add(preview(1, { seen: 'x' }))
      jobs.process(async (job) => void ran.push(job))
      await until(() => ran.length === 1)
      expect(ran).toEqual([preview(1, { seen: 'x', again: { wish: 'w' } })])
    })

    test('stops taking jobs when told to, and takes them again when told so', async () => {
      const jobs = await queue()
      const ran: number[] = []
      const take = async (job: Job) => void ran.push((job as PreviewJob).number)
      const stop = jobs.process(take)
      await jobs.add(preview(1))
      await until(() => ran.length === 1)
      await stop()
      await jobs.add(preview(2))
      await sleep(200)
      expect(ran).toEqual([1])
      jobs.process(take)
      await until(() => ran.length === 2)
    })

    test('breaks off what still runs when it is stopped, which is no failure, and runs it again later', async () => {
      const failures: unknown[] = []
      const jobs = await queue({ onFailure: ({ error }) => failures.push(error) })
      const started = Promise.withResolvers<void>()
      const stop = jobs.process(async (_job, signal) => {
        started.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        throw new Error('broken off')
      })
      await jobs.add(preview(1))
      await started.promise
      await stop(0)
      expect(await jobs.size()).toBe(1)
      const ran: Job[] = []
      jobs.process(async (job) => void ran.push(job))
      await until(() => ran.length === 1, 30_000)
      expect(failures).toEqual([])
    })

    test('waits for the running job when it is closed, and aborts its signal after the grace', async () => {
      const jobs = await queue()
      let aborted = false
      const started = Promise.withResolvers<void>()
      jobs.process(async (_job, signal) => {
        started.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        aborted = true
      })
      await jobs.add(preview(1))
      await started.promise
      await jobs.close(50)
      expect(aborted).toBe(true)
      expect(await jobs.ready()).toBe(false)
    })

    describe('with lanes', () => {
      const applications = (ran: readonly Job[]) =>
        ran.map((job) => (job.kind === 'reconcile' ? job.target.application : job.kind))

      test('gives the jobs of a cluster to its taker alone, and the others to the taker of no lane', async () => {
        const jobs = await queue()
        const ran = { shared: [] as Job[], dev: [] as Job[] }
        jobs.process(async (job) => void ran.shared.push(job))
        await jobs.add(reconcile('a', 'dev'))
        await jobs.add(reconcile('b', 'prod'))
        await jobs.add(preview(1))
        await until(() => ran.shared.length === 1)
        await sleep(200)
        expect(await jobs.size()).toBe(2)
        jobs.process(async (job) => void ran.dev.push(job), { lane: 'dev' })
        await jobs.add(reconcile('c', 'dev'))
        await until(() => ran.dev.length === 2)
        expect(applications(ran.dev).sort()).toEqual(['a', 'c'])
        expect(applications(ran.shared)).toEqual(['preview'])
        await until(async () => (await jobs.size()) === 1)
      })

      test('runs so many targets of a cluster at once, and no cluster waits for another', async () => {
        const jobs = await queue()
        const hold = Promise.withResolvers<void>()
        let running = 0
        const ran: string[] = []
        const sick = async () => {
          running++
          await hold.promise
        }
        const well = async (job: Job) => void ran.push(...applications([job]))
        jobs.process(well)
        jobs.process(sick, { lane: 'sick', concurrency: 3 })
        jobs.process(well, { lane: 'well' })
        await Promise.all(Array.from({ length: 20 }, (_, index) => jobs.add(reconcile(`s${index}`, 'sick'))))
        await jobs.add(reconcile('w', 'well'))
        await jobs.add(preview(1))
        await until(() => ran.length === 2)
        await until(() => running >= 3)
        await sleep(100)
        expect(running).toBe(3)
        hold.resolve()
        await until(async () => (await jobs.size()) === 0)
        expect(running).toBe(20)
      })

      test('puts drift back before all that waits, also of a target that waits already', async () => {
        const jobs = await queue()
        const hold = Promise.withResolvers<void>()
        const ran: Job[] = []
        const take = async (job: Job) => {
          ran.push(job)
          if (ran.length === 1) await hold.promise
        }
        jobs.process(take, { lane: 'dev', concurrency: 1 })
        await jobs.add(reconcile('first'))
        await until(() => ran.length === 1)
        for (const application of ['a', 'b', 'c']) await jobs.add(reconcile(application))
        await jobs.add({ ...reconcile('b'), heal: true })
        await jobs.add(reconcile('b'))
        await jobs.add({ ...reconcile('d'), heal: true })
        await sleep(100)
        hold.resolve()
        await until(() => ran.length === 5)
        expect(applications(ran)).toEqual(['first', 'b', 'd', 'a', 'c'])
        expect(ran[1]).toEqual({ ...reconcile('b'), heal: true })
      })

      test('puts drift back first after another process took over', async () => {
        const jobs = await queue()
        for (const application of ['a', 'b']) await jobs.add(reconcile(application))
        await jobs.add({ ...reconcile('z'), heal: true })
        const ran: Job[] = []
        jobs.process(async (job) => void ran.push(job), { lane: 'dev', concurrency: 1 })
        await until(() => ran.length === 3)
        expect(applications(ran)[0]).toBe('z')
      })

      test('runs a job once more when its twin was added while it ran', async () => {
        const jobs = await queue()
        const gate = Promise.withResolvers<void>()
        let running = 0
        let most = 0
        let runs = 0
        jobs.process(
          async () => {
            most = Math.max(most, ++running)
            if (++runs === 1) await gate.promise
            running--
          },
          { lane: 'dev' },
        )
        await jobs.add(reconcile('a'))
        await until(() => runs === 1)
        for (let round = 0; round < 3; round++) await jobs.add(reconcile('a'))
        gate.resolve()
        await until(async () => (await jobs.size()) === 0)
        await sleep(100)
        expect({ runs, most }).toEqual({ runs: 2, most: 1 })
      })

      test('tries a failing job three times in all', async () => {
        const failures: { attempt: number; final: boolean }[] = []
        const jobs = await queue({ onFailure: ({ attempt, final }) => failures.push({ attempt, final }) })
        const broken = async () => {
          throw new Error('no')
        }
        jobs.process(broken, { lane: 'dev' })
        await jobs.add(reconcile('a'))
        await until(async () => (await jobs.size()) === 0)
        expect(failures.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
      })

      test('hands over what it broke off: no failure is told, however often, and the next taker runs it', async () => {
        const failures: unknown[] = []
        const jobs = await queue({ onFailure: ({ error }) => failures.push(error) })
        await jobs.add(reconcile('a'))
        for (let round = 0; round < 4; round++) {
          const started = Promise.withResolvers<AbortSignal>()
          const stop = jobs.process(
            async (_job, signal) => {
              started.resolve(signal)
              await new Promise((resolve) => signal.addEventListener('abort', resolve))
              signal.throwIfAborted()
            },
            { lane: 'dev' },
          )
          const signal = await started.promise
          const stopped = stop(0)
          expect(signal.aborted).toBe(true)
          await stopped
        }
        const ran: Job[] = []
        jobs.process(async (job) => void ran.push(job), { lane: 'dev' })
        await until(() => ran.length === 1)
        await until(async () => (await jobs.size()) === 0)
        expect(failures).toEqual([])
      })

      test('runs a delayed job later, also for the one who takes over, and at once when it is wanted at once', async () => {
        const jobs = await queue()
        const ran: Job[] = []
        await jobs.add(reconcile('late'), { delayMs: 60_000 })
        await jobs.add(reconcile('soon'), { delayMs: 300 })
        jobs.process(async (job) => void ran.push(job), { lane: 'dev' })
        await until(() => ran.length === 1)
        expect(applications(ran)).toEqual(['soon'])
        await sleep(100)
        await jobs.add(reconcile('late'))
        await until(() => ran.length === 2)
      })

      test('runs each of a thousand that were added together once', async () => {
        const jobs = await queue()
        const ran: Job[] = []
        const names = Array.from({ length: 1_000 }, (_, index) => `app-${index}`)
        jobs.process(async (job) => void ran.push(job), { lane: 'dev' })
        await Promise.all(names.map((name) => jobs.add(reconcile(name))))
        await until(async () => (await jobs.size()) === 0)
        expect(applications(ran).sort()).toEqual(names.sort())
      })
    })
  })
}

export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${condition.toString()}`)
    await sleep(10)
  }
}
