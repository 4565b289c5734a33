import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../../../src/model/cluster.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { TARGET_LABEL } from '../../../src/reconcile/labels.ts'
import { keyOf, objectsAt, textAt, uidOf, valueAt } from '../../../src/reconcile/live/live-object.ts'

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' }
const SERVICE = { group: '', version: 'v1', kind: 'Service' }
const SOMEBODY = { fieldManager: 'kubectl-edit' }
const EVERY_MS = 250

/** What somebody did to one object, and whether it is undone. */
export interface Tampering {
  readonly what: string
  undone(): Promise<boolean>
}

/** Writes another image and adds an environment variable to each Deployment's first container, and deletes a Service of each namespace. */
export async function tamper(cluster: Cluster): Promise<Tampering[]> {
  const deployments = (await cluster.list(DEPLOYMENT, { labelSelector: TARGET_LABEL })).items
  const services = (await cluster.list(SERVICE, { labelSelector: TARGET_LABEL })).items
  const byNamespace = Map.groupBy(services, (service) => textAt(service, 'metadata', 'namespace'))
  const firsts = [...byNamespace.values()].flatMap((group) => group.slice(0, 1))
  return [
    ...(await Promise.all(deployments.map((object) => editContainer(cluster, object)))),
    ...(await Promise.all(firsts.map((object) => removeObject(cluster, object)))),
  ]
}

async function editContainer(cluster: Cluster, object: JsonObject): Promise<Tampering> {
  const key = keyOf(object)
  const containers = containersOf(object)
  const image = containers[0]?.image
  const changed = containers.map((container, index) => (index === 0 ? edited(container) : container))
  await cluster.patch(key, { spec: { template: { spec: { containers: changed } } } }, SOMEBODY)
  return {
    what: `image and env of Deployment ${key.namespace}/${key.name}`,
    async undone() {
      const [now] = containersOf((await cluster.get(key)) ?? {})
      const added = objectsAt(now, 'env').some(({ name }) => name === 'TAMPERED')
      return now?.image === image && !added
    },
  }
}

function edited(container: JsonObject): JsonObject {
  const env = [...objectsAt(container, 'env'), { name: 'TAMPERED', value: 'yes' }]
  return { ...container, image: 'registry.example.com/tampered:1', env }
}

function containersOf(object: JsonObject): readonly JsonObject[] {
  return objectsAt(valueAt(object, 'spec', 'template', 'spec'), 'containers')
}

async function removeObject(cluster: Cluster, object: JsonObject): Promise<Tampering> {
  const key = keyOf(object)
  await cluster.delete(key)
  return {
    what: `deletion of Service ${key.namespace}/${key.name}`,
    async undone() {
      const now = await cluster.get(key)
      return now !== undefined && uidOf(now) !== uidOf(object)
    },
  }
}

/** What is not undone after so many seconds. */
export async function stillTampered(done: readonly Tampering[], seconds: number): Promise<string[]> {
  const deadline = Date.now() + seconds * 1000
  let left = done
  while (left.length > 0 && Date.now() < deadline) {
    const undone = await Promise.all(left.map((one) => one.undone()))
    left = left.filter((_, index) => !undone[index])
    if (left.length > 0) await sleep(EVERY_MS)
  }
  return left.map(({ what }) => what)
}
