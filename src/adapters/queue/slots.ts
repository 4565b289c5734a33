import { isQuick, type Job, jobGroup } from '../../model/job.ts'

/** Counts what runs in this process, in all and by group. Quick jobs count in their group only. */
export class Slots {
  readonly #concurrency: number
  readonly #perGroup: number
  readonly #running = new Map<string, number>()
  #total = 0

  constructor(concurrency: number, perGroup: number) {
    this.#concurrency = concurrency
    this.#perGroup = perGroup
  }

  /** Takes a slot, or answers false when the job has to wait. */
  take(job: Job): boolean {
    const group = jobGroup(job)
    const used = this.#running.get(group) ?? 0
    const isFull = this.#total >= this.#concurrency && !isQuick(job)
    if (isFull || used >= this.#perGroup) return false
    this.#running.set(group, used + 1)
    if (!isQuick(job)) this.#total += 1
    return true
  }

  give(job: Job): void {
    const group = jobGroup(job)
    const left = (this.#running.get(group) ?? 1) - 1
    if (left === 0) this.#running.delete(group)
    else this.#running.set(group, left)
    if (!isQuick(job)) this.#total -= 1
  }
}
