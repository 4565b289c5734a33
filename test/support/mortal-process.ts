import type { Cluster } from '../../src/model/cluster.ts'
import { isJsonObject, type Json } from '../../src/model/json.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import { at } from './kubernetes-objects.ts'

/** A call to the cluster: the method, and what it is about. */
export interface Call {
  readonly method: string
  /** e.g. `apply object`, `dry run of object`, `apply inventory`, `list objects`. */
  readonly kind: string
  /** How many calls this process made before. */
  readonly index: number
}

type Moment = 'before' | 'after'
type Judge = (method: string, args: readonly unknown[]) => [Moment, Call] | undefined

const INVENTORIES = 'lockstep-system'

/**
 * A process that is killed at a call: nothing of it goes out afterwards, and what is under way never comes back, so that no code of it can
 * catch its own end.
 */
export class MortalProcess {
  readonly calls: Call[] = []
  /** Resolves with the call at which it died. */
  readonly death: Promise<Call>
  readonly #killsAt: (call: Call) => Moment | undefined
  #tellDeath: (call: Call) => void = () => {}
  #dead = false

  constructor(killsAt: (call: Call) => Moment | undefined) {
    this.#killsAt = killsAt
    this.death = new Promise((resolve) => {
      this.#tellDeath = resolve
    })
  }

  /** The ports of this process over `cluster`. */
  ports(ports: ReconcilePorts, cluster: Cluster): ReconcilePorts {
    const mortal = this.#mortal(cluster, (method, args) => this.#kill(method, args))
    const within = <T extends object>(port: T) => this.#mortal(port, () => undefined)
    return {
      ...ports,
      cluster: async () => mortal,
      clock: within(ports.clock),
      queue: within(ports.queue),
      board: within(ports.board),
    }
  }

  /** The port with every method ending where the process does. `judge` tells when a call is the last one. */
  #mortal<T extends object>(port: T, judge: Judge): T {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        const call = (...args: unknown[]): unknown => value.apply(target, args)
        if (name === 'now') return call
        if (name === 'forPurpose') return (...args: unknown[]) => this.#mortal(call(...args) as T, judge)
        return (...args: unknown[]) => this.#call(() => call(...args), judge(String(name), args))
      },
    })
  }

  async #call(work: () => unknown, end: [Moment, Call] | undefined): Promise<unknown> {
    if (end?.[0] === 'before') this.#die(end[1])
    if (this.#dead) return never()
    try {
      return await work()
    } finally {
      if (end?.[0] === 'after') this.#die(end[1])
      if (this.#dead) await never()
    }
  }

  #kill(method: string, args: readonly unknown[]): [Moment, Call] | undefined {
    if (this.#dead) return undefined
    const call = { method, kind: kindOf(method, args), index: this.calls.length }
    this.calls.push(call)
    const moment = this.#killsAt(call)
    return moment && [moment, call]
  }

  #die(call: Call): void {
    if (this.#dead) return
    this.#dead = true
    this.#tellDeath(call)
  }
}

function never(): Promise<never> {
  return new Promise(() => {})
}

function kindOf(method: string, args: readonly unknown[]): string {
  const [about, options] = args as readonly (Json | undefined)[]
  const dryRun = args.some((argument) => isJsonObject(argument as Json) && at(argument as Json, 'dryRun') === true)
  const namespace = at(about, 'metadata', 'namespace') ?? at(about, 'namespace') ?? at(options, 'namespace')
  const what = namespace === INVENTORIES ? 'inventory' : method === 'list' || method === 'watch' ? 'objects' : 'object'
  if (method === 'scope' || method === 'serverVersion') return method
  return dryRun ? `dry run of ${what}` : `${method} ${what}`
}
