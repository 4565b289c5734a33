import { type Hostile, K, kustomization, refused, type Trap, WEB } from '../hostile.ts'

const REFUSED = 'REMOTE_BASE_REFUSED'

/** Everything kustomize would fetch, and what could pass for it. */
export function network({ address, outside }: Trap): readonly Hostile[] {
  const base = (what: string, reference: string) =>
    kustomization(what, `resources:\n- ${JSON.stringify(reference)}\n`, refused(REFUSED, 2))
  const field = (what: string, text: string, line: number) =>
    kustomization(what, text.replace('URL', `http://${address}/x`), refused(REFUSED, line))
  return [
    base('a base by HTTP', `http://${address}/org/repo`),
    base('a base by HTTP, in capitals', `HTTP://${address}/org/repo//path?ref=main`),
    base('a base by HTTPS with a user', `https://user:token@${address}/org/repo`),
    base('a base by git', `git::http://${address}/org/repo`),
    base('a base by SSH', `ssh://git@${address}/org/repo`),
    base('a base as scp writes it', `git@${address}:org/repo`),
    base('a base at GitHub, without a scheme', 'github.com/org/repo//base?ref=main'),
    base('a base whose ref is an option', `https://${address}/org/repo?ref=--upload-pack=sh`),
    base('a file address', `file://${outside}`),
    base('an address of the machine’s metadata', 'http://169.254.169.254/latest/meta-data/iam'),
    base('an address with a number for a host', 'http://2130706433/x'),
    field('a component on the network', 'components:\n- URL\n', 2),
    field('an old base on the network', 'bases:\n- URL\n', 2),
    field('a patch on the network', 'patches:\n- path: URL\n  target: { kind: X }\n', 2),
    field('an old patch on the network', 'patchesStrategicMerge:\n- URL\n', 2),
    field('a file of a generator on the network', 'configMapGenerator:\n- name: x\n  files: [URL]\n', 3),
    field('a Secret’s environment on the network', 'secretGenerator:\n- name: x\n  envs: [URL]\n', 3),
    field('a schema on the network', 'openapi:\n  path: URL\n', 2),
    field('CRDs on the network', 'crds:\n- URL\n', 2),
    field('a replacement on the network', 'replacements:\n- path: URL\n', 2),
    field('a generator on the network', 'generators:\n- URL\n', 2),
    field('the field in another case', 'RESOURCES:\n- URL\n', 2),
    kustomization('an address in a plugin’s file', 'transformers: [t.yaml]\n', refused(REFUSED, `${WEB}/t.yaml:3`), {
      files: {
        [`${WEB}/t.yaml`]: `apiVersion: builtin\nkind: PatchTransformer\npath: http://${address}/x\nmetadata: { name: x }\n`,
      },
    }),
    kustomization(
      'an address two bases down',
      'resources: [../../a]\n',
      refused(REFUSED, 'apps/b/kustomization.yaml:2'),
      {
        files: {
          'apps/a/kustomization.yaml': 'resources: [../b]\n',
          'apps/b/kustomization.yaml': `resources:\n- http://${address}/x\n`,
        },
      },
    ),
    kustomization(
      'an address behind an alias',
      `commonAnnotations: { x: &a 'http://${address}/x' }\nresources: [*a]\n`,
      refused(REFUSED, 1),
    ),
    {
      what: 'a submodule’s address',
      files: {
        [K]: 'resources: [../../../sub]\n',
        '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = http://${address}/x\n`,
      },
      submodules: ['sub'],
      fate: refused('OVERLAY_SUBMODULE', 1),
    },
  ]
}
