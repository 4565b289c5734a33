import { Document, isScalar, visit } from 'yaml'
import { LockstepError } from '../model/errors.ts'
import { COMMON, parseResource, type Resource } from '../reconcile/rights/resources.ts'
import { workerRights } from '../reconcile/rights/worker-rights.ts'
import type { Command, Invocation } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { CONFIG_OPTION, openRenderer } from './open-renderer.ts'
import { openRepository } from './open-repository.ts'
import { resourcesOfRenders } from './rbac/resources-of-renders.ts'
import { renderAll } from './validate/render-all.ts'

/** The rights of the worker in a cluster, for `kubectl apply`. */
export const rbacCommand: Command = {
  name: 'rbac',
  summary: 'print the rights that the worker needs in a cluster',
  usage: 'lockstep rbac [--repo DIR] [--resource NAME]... [--namespace NS]...',
  examples: [
    { command: 'lockstep rbac --repo ../config --namespace shop', shows: 'for the kinds that its overlays bring' },
    { command: 'lockstep rbac --resource certificates.cert-manager.io', shows: 'for the common kinds, and one more' },
  ],
  options: {
    repo: { type: 'string', value: 'DIR', description: 'a clone whose overlays tell the kinds (default: common ones)' },
    ...CONFIG_OPTION,
    resource: {
      type: 'string',
      value: 'NAME',
      description: 'one more, as `kubectl api-resources -o name` prints it',
      multiple: true,
    },
    'cluster-resource': { type: 'string', value: 'NAME', description: 'the same, cluster-scoped', multiple: true },
    namespace: { type: 'string', value: 'NS', description: 'a namespace where it may write objects', multiple: true },
    impersonate: {
      type: 'string',
      value: 'NS/NAME',
      description: 'a ServiceAccount in whose name it may act',
      multiple: true,
    },
    'worker-namespace': {
      type: 'string',
      value: 'NS',
      description: 'where the worker runs and keeps inventories',
      default: 'lockstep-system',
    },
  },
  formats: ['text', 'json'],
  async run(invocation) {
    const { options, format, stdout } = invocation
    const manifests = workerRights({
      resources: await resourcesOf(invocation),
      workerNamespace: options['worker-namespace'] as string,
      namespaces: options.namespace as string[],
      impersonated: (options.impersonate as string[]).map(checkedAccount),
    })
    const text = format === 'json' ? JSON.stringify(manifests) : manifests.map(printYaml).join('---\n').trimEnd()
    stdout(`${text}\n`)
    return EXIT.fine
  },
}

async function resourcesOf(invocation: Invocation): Promise<Resource[]> {
  const { options } = invocation
  const named = (option: string, namespaced: boolean) =>
    (options[option] as string[]).map((text) => parseResource(text, namespaced))
  const found = options.repo === undefined ? COMMON : await resourcesOfRepository(invocation)
  return [...found, ...named('resource', true), ...named('cluster-resource', false)]
}

async function resourcesOfRepository(invocation: Invocation): Promise<readonly Resource[]> {
  const { tree, overlays } = await openRepository(invocation)
  const results = await renderAll(openRenderer(invocation), tree, overlays, invocation.signal)
  const problems = results.flatMap((result) => result.problems)
  if (problems.length > 0) throw new LockstepError(problems)
  const { resources, guessed } = resourcesOfRenders(results.flatMap(({ render }) => render?.manifests ?? []))
  for (const kind of guessed)
    invocation.stderr(`The plural of ${kind} is a guess: compare it with kubectl api-resources.\n`)
  return resources
}

function checkedAccount(account: string): string {
  if (/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(account)) return account
  throw new LockstepError(
    {
      code: 'OPTION_INVALID',
      message: `"${account}" names no ServiceAccount.`,
      remedy: 'Write --impersonate NAMESPACE/NAME.',
    },
    { kind: 'usage' },
  )
}

/** Lists of words stand on one line, as people write rules. */
function printYaml(manifest: object): string {
  const document = new Document(manifest)
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar)
    },
  })
  return document.toString({ lineWidth: 140, flowCollectionPadding: false })
}
