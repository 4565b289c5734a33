import { describe, expect, test } from '@jest/globals'
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts'
import { useControlPlane } from '../../support/control-plane.ts'

const plane = useControlPlane()

function deployment(name: string, spec: JsonObject = {}): JsonObject {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  }
}

describe('server-side apply', () => {
  test('stores the object and changes nothing the second time', async () => {
    const first = await plane.cluster.apply(deployment('twice'), { fieldManager: 'lockstep' })
    const second = await plane.cluster.apply(deployment('twice'), { fieldManager: 'lockstep' })
    expect(meta(first).uid).toBeTruthy()
    expect(second).toEqual(first)
    expect(plane.cluster.requests).toMatchObject({ patch: 2, dryRun: 0, discovery: 1 })
  })
})

function meta(object: JsonObject): JsonObject {
  return isJsonObject(object.metadata) ? object.metadata : {}
}
