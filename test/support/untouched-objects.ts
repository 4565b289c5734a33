import { afterEach, beforeAll, expect } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import type { TestControlPlane } from './control-plane.ts'
import { at } from './kubernetes-objects.ts'

const LABELS: Readonly<Record<string, JsonObject>> = {
  plain: {},
  'other-target': { 'lockstep.dev/target': '0123456789abcdef' },
  'other-set': { 'applyset.kubernetes.io/part-of': 'applyset-of-somebody-v1' },
}

/** Objects of others that no test of the file may touch: compared after each. */
export function useUntouchedObjects(plane: TestControlPlane): void {
  let before: string[] = []
  beforeAll(async () => {
    for (const kind of ['ConfigMap', 'Secret', 'ServiceAccount']) {
      for (const [name, labels] of Object.entries(LABELS)) {
        const body = { apiVersion: 'v1', kind, metadata: { name: `foreign-${name}`, namespace: 'default', labels } }
        await plane.cluster.apply(body, { fieldManager: 'somebody' })
      }
    }
    before = await foreign(plane)
    expect(before).toHaveLength(9)
  })
  afterEach(async () => expect(await foreign(plane)).toEqual(before))
}

async function foreign({ cluster }: TestControlPlane): Promise<string[]> {
  const kinds = ['ConfigMap', 'Secret', 'ServiceAccount'].map((kind) => ({ group: '', version: 'v1', kind }))
  const lists = await Promise.all(kinds.map((kind) => cluster.list(kind, { namespace: 'default' })))
  const objects = lists.flatMap(({ items }) => items)
  const told = objects.map((object) =>
    [object.kind, ...['name', 'uid', 'resourceVersion'].map((field) => at(object, 'metadata', field))].join(' '),
  )
  return told.filter((line) => line.includes(' foreign-')).sort()
}
