import type { Cluster, LiveObject, ResourceKind, Selection, WatchEvent } from '../../model/cluster.ts'

export interface Watched {
  readonly kind: ResourceKind
  readonly selection: Selection
}

/** Keeps one watch a kind open. `onChange` gets every object that came, changed or went. */
export class WatchSet {
  readonly #cluster: Cluster
  readonly #onChange: (object: LiveObject) => void
  readonly #signal: AbortSignal
  readonly #watches = new Map<string, { stop: AbortController; ended: Promise<void>; current: boolean }>()

  constructor(cluster: Cluster, onChange: (object: LiveObject) => void, signal: AbortSignal) {
    this.#cluster = cluster
    this.#onChange = onChange
    this.#signal = signal
  }

  /** Opens what is missing and ends what is not wanted any more. A watch that the server refused is tried again. */
  keep(wanted: readonly Watched[]): void {
    const byId = new Map(wanted.map((watched) => [idOf(watched), watched]))
    for (const [id, watch] of this.#watches) {
      if (!byId.has(id)) watch.stop.abort()
    }
    for (const [id, watched] of byId) {
      if (!this.#watches.has(id)) this.#open(id, watched)
    }
  }

  /** Every watch has told everything up to now. */
  get current(): boolean {
    return this.#watches.size > 0 && [...this.#watches.values()].every((watch) => watch.current)
  }

  async ended(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.ended))
  }

  #open(id: string, { kind, selection }: Watched): void {
    const stop = new AbortController()
    const watch = { stop, ended: Promise.resolve(), current: false }
    const onEvent = (event: WatchEvent) => {
      if (event.type === 'SYNCED') watch.current = true
      else if (event.type === 'LOST') watch.current = false
      else this.#onChange(event.object)
    }
    const signal = AbortSignal.any([stop.signal, this.#signal])
    // A refusal ends this watch; facts are then read by every heartbeat, and `keep` opens it again.
    const forget = () => {
      this.#watches.delete(id)
    }
    watch.ended = this.#cluster.watch(kind, selection, onEvent, signal).then(forget, forget)
    this.#watches.set(id, watch)
  }
}

function idOf({ kind, selection }: Watched): string {
  return [kind.group, kind.kind, selection.namespace ?? '', selection.labelSelector ?? ''].join('/')
}
