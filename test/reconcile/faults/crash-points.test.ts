import { describe, expect, test } from '@jest/globals'
import { KubernetesCluster } from '../../../src/adapters/kubernetes/kubernetes-cluster.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { FaultyTarget } from '../../support/faulty-target.ts'
import { type Call, MortalProcess } from '../../support/mortal-process.ts'

const plane = useControlPlane()

/**
 * Every method of the cluster and what it does to it. A new one must be put here: a pass is killed before each call, and after each that may
 * have changed something.
 */
const METHODS: Readonly<Record<string, 'read' | 'write' | 'no request'>> = {
  apply: 'write',
  patch: 'write',
  create: 'write',
  delete: 'write',
  get: 'read',
  list: 'read',
  watch: 'read',
  scope: 'read',
  serverVersion: 'read',
  forPurpose: 'no request',
  close: 'no request',
}

/** The calls that passes are known to make. Another one is a failure: look at what its crash may leave behind before adding it. */
const CALLS = [
  'apply inventory',
  'apply object',
  'delete object',
  'dry run of object',
  'get inventory',
  'get object',
  'list objects',
  'patch inventory',
  'scope',
]

const writes = ({ method, kind }: Call) => METHODS[method] === 'write' && !kind.startsWith('dry run')
const died: Call[] = []
let points = 0

/** Kills a pass at its `index`th call; answers what the passes after it did not mend. */
async function killed(index: number, moment: 'before' | 'after'): Promise<string[]> {
  const target = await FaultyTarget.prepare(plane, `point-${++points}`)
  const call = await target.passOf(new MortalProcess((one) => (one.index === index ? moment : undefined)))
  if (!call) return [`no call number ${index}`]
  died.push(call)
  const wrong = [...(await target.harm()), ...(await target.unfinished())]
  return wrong.map((what) => `${moment} ${call.kind} (call ${index}): ${what}`)
}

describe('a process that ends in the middle of a pass', () => {
  test('has a known crash point in every method of the cluster', () => {
    const methods = Object.entries(Object.getOwnPropertyDescriptors(KubernetesCluster.prototype))
    const names = methods.flatMap(([name, { value }]) => (typeof value === 'function' ? [name] : []))
    expect(names.filter((name) => name !== 'constructor').sort()).toEqual(Object.keys(METHODS).sort())
  })

  test('before any call or after any write: nothing is orphaned or touched, and the next pass finishes', async () => {
    const alive = new MortalProcess(() => undefined)
    await (await FaultyTarget.prepare(plane, 'alive')).passOf(alive)
    const moments = alive.calls.flatMap((call) => [
      [call.index, 'before'] as const,
      ...(writes(call) ? [[call.index, 'after'] as const] : []),
    ])
    const wrong: string[] = []
    for (const [index, moment] of moments) wrong.push(...(await killed(index, moment)))
    expect(wrong).toEqual([])
    expect(died).toHaveLength(moments.length)
    expect(alive.calls.map(({ kind }) => kind).filter((kind) => !CALLS.includes(kind))).toEqual([])
    const killedAt = died.map(({ kind }) => kind)
    expect(killedAt).toEqual(expect.arrayContaining(['apply inventory', 'apply object', 'delete object']))
  }, 120_000)
})
