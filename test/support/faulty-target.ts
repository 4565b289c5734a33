import type { Cluster } from '../../src/model/cluster.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { ClusterView } from '../../src/reconcile/live/live-view.ts'
import { reconcileWithReport } from '../../src/reconcile/pass/reconcile-target.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import type { TestControlPlane } from './control-plane.ts'
import { at } from './kubernetes-objects.ts'
import type { Call, MortalProcess } from './mortal-process.ts'
import { ReconcileScene } from './reconcile-scene.ts'
import { labelledIds, orphans, plantForeignObjects } from './target-facts.ts'
import { configMapYaml, namespaceYaml, serviceAccountYaml } from './yaml-objects.ts'

/**
 * A target with something to create, to change, to take over, to leave and to prune: applied as it was first, then committed as it shall be. `cluster` is what
 * passes talk to; everything that is checked is read past it.
 */
export class FaultyTarget {
  readonly scene: ReconcileScene
  readonly namespace: string
  readonly #plane: TestControlPlane
  #untouched: () => Promise<string[]> = async () => []

  private constructor(plane: TestControlPlane, scene: ReconcileScene, namespace: string) {
    this.#plane = plane
    this.scene = scene
    this.namespace = namespace
  }

  /** The application and its namespace are called `name`. */
  static async prepare(plane: TestControlPlane, name: string): Promise<FaultyTarget> {
    // One request at a time: the same calls in the same order, each time.
    const settings = { concurrency: 1 }
    const scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev', settings })
    const target = new FaultyTarget(plane, scene, name)
    scene.commit(name, target.#files({ change: 'before', stay: 'same', 'leave-1': 'x', 'leave-2': 'x' }))
    await target.pass(plane.cluster)
    await plane.cluster.create(target.#found(), { fieldManager: 'somebody' })
    target.#untouched = await plantForeignObjects(plane.cluster, name, scene.target(name))
    scene.commit(name, target.#files({ change: 'after', stay: 'same', 'come-1': 'y', 'come-2': 'y', found: 'same' }))
    return target
  }

  /** With `view`, what is live is known from its watches instead of being listed. */
  async pass(cluster: Cluster, view?: ClusterView): Promise<Outcome> {
    return this.#run({ ...this.scene.ports, cluster: async () => cluster, ...(view && { view: async () => view }) })
  }

  /** Somebody changes an object that no commit changes. */
  async edit(): Promise<void> {
    await this.#plane.cluster.patch(this.#stay, { data: { value: 'edited' } }, { fieldManager: 'kubectl-edit' })
  }

  async isHealed(): Promise<boolean> {
    return at(await this.#plane.cluster.get(this.#stay), 'data', 'value') === 'same'
  }

  get #stay() {
    return { group: '', version: 'v1', kind: 'ConfigMap', namespace: this.namespace, name: 'stay' }
  }

  /** A pass by a process that may be killed: the call at which it was, undefined if it lived to the end. */
  async passOf(process: MortalProcess): Promise<Call | undefined> {
    const lived = this.#run(process.ports(this.scene.ports, this.#plane.cluster)).then(() => undefined)
    return Promise.race([process.death, lived])
  }

  async #run(ports: ReconcilePorts): Promise<Outcome> {
    return (await reconcileWithReport(ports, this.scene.request(this.namespace))).outcome
  }

  /** What is wrong now, whatever passes did so far: objects that nobody would prune, or objects of others that were touched. */
  async harm(): Promise<string[]> {
    const { cluster } = this.#plane
    const lost = await orphans(this.scene.ports, cluster, this.scene.target(this.namespace))
    return [...lost.map((id) => `orphaned: ${id}`), ...(await this.#untouched()).map((name) => `touched: ${name}`)]
  }

  /** One more pass past all faults, and another: what is not as Git says then. */
  async unfinished(): Promise<string[]> {
    const cluster = await this.#plane.open()
    const { decision, code, message } = await this.pass(cluster)
    const patches = cluster.requests.patch
    const again = await this.pass(cluster)
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: this.namespace, name: 'change' }
    const ids = await labelledIds(cluster, this.scene.target(this.namespace))
    return [
      ...(decision === 'done' || decision === 'nothing' ? [] : [`the next pass: ${code} ${message}`]),
      ...(ids.join() === this.#wanted().join() ? [] : [`the objects are ${ids.join()}`]),
      ...(at(await cluster.get(key), 'data', 'value') === 'after' ? [] : ['an object has its old value']),
      ...(again.code === 'IN_SYNC' ? [] : [`the pass after the next: ${again.code} ${again.message}`]),
      ...(cluster.requests.patch === patches ? [] : ['the pass after the next wrote']),
      ...(await this.harm()),
    ]
  }

  #wanted(): string[] {
    const maps = ['change', 'come-1', 'come-2', 'found', 'stay'].map((name) => `/ConfigMap/${this.namespace}/${name}`)
    return [...maps, `/Namespace//${this.namespace}`, `/ServiceAccount/${this.namespace}/runs`].sort()
  }

  /** Made by somebody before Git had it, and as Git has it. */
  #found() {
    const metadata = { name: 'found', namespace: this.namespace }
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: 'same' } }
  }

  #files(values: Readonly<Record<string, string>>): Record<string, string> {
    const maps = Object.entries(values).map(([name, value]) => [
      `${name}.yaml`,
      configMapYaml(name, this.namespace, { value }),
    ])
    const account = serviceAccountYaml('runs', this.namespace)
    return Object.fromEntries([...maps, ['n.yaml', namespaceYaml(this.namespace)], ['account.yaml', account]])
  }
}
