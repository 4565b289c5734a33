import { type Hostile, K, kustomization, refused, WEB } from '../hostile.ts'

/** Text that would be something else in a comment, a page or a terminal. */
export const EVIL = [
  '@acme/everybody',
  '<img src=x onerror=alert(1)>',
  '[click](https://evil.example)',
  '```\n# broken out\n```',
  '<!-- lockstep:preview -->',
  '\u202egnp.exe',
  'GH-1 #1 acme/shop#1',
  '</details></summary>',
  '\u001b[2J\u001b]8;;https://evil.example\u0007click',
  '| a | b |\n|---|---|',
  '$\\href{https://evil.example}{x}$',
]

const all = EVIL.join(' ')
const settings = (name: string, data = '{}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${JSON.stringify(name)} }\ndata: ${data}\n`
const valid = (name: string) => name.replace(/\p{Cc}/gu, '')
const fileName = `${valid(EVIL.join(' ')).replaceAll('/', '-').slice(0, 200)}.yaml`

export const words: readonly Hostile[] = [
  ...EVIL.map((evil) =>
    kustomization(
      `a missing file called ${JSON.stringify(evil)}`,
      `resources:\n- ${JSON.stringify(evil)}\n`,
      refused('OVERLAY_MISSING_BASE', 2),
    ),
  ),
  kustomization('all of it in a field’s value', 'resources: [settings.yaml]\n', 'inert', {
    files: { [`${WEB}/settings.yaml`]: settings('settings', JSON.stringify({ a: all })) },
  }),
  kustomization('all of it in an object’s name', 'resources: [settings.yaml]\n', 'inert', {
    files: { [`${WEB}/settings.yaml`]: settings(all) },
  }),
  kustomization('all of it in a kind', 'resources: [settings.yaml]\n', 'inert', {
    files: { [`${WEB}/settings.yaml`]: JSON.stringify({ apiVersion: 'v1', kind: all, metadata: { name: 'x' } }) },
  }),
  kustomization('all of it in a key', 'resources: [settings.yaml]\n', 'inert', {
    files: { [`${WEB}/settings.yaml`]: settings('settings', JSON.stringify({ [all]: 'x' })) },
  }),
  kustomization('all of it in an image', 'resources: [settings.yaml]\n', 'inert', {
    files: {
      [`${WEB}/settings.yaml`]: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { containers: [{ name: 'c', image: all }] },
      }),
    },
  }),
  kustomization(
    'all of it in an unknown field',
    `${JSON.stringify(all)}: x\n`,
    refused('KUSTOMIZATION_UNKNOWN_FIELD', 1),
  ),
  kustomization(
    'all of it in kustomize’s own words',
    `configMapGenerator:\n- name: x\n  literals:\n  - ${JSON.stringify(valid(all).replaceAll('=', ''))}\n`,
    refused('KUSTOMIZE_FAILED', 4),
  ),
  kustomization(
    'an error of 900 kB that looks like many',
    `configMapGenerator:\n- name: x\n  literals:\n  - "${"yaml: accumulating resources from ' with config: ` ".repeat(18_000)}"\n`,
    refused('KUSTOMIZE_FAILED', 1),
  ),
  kustomization(
    'a file with a line break in its name',
    `resources:\n- "a\\n::error::x.yaml"\n`,
    refused('KUSTOMIZE_FAILED', `${WEB}/a\n::error::x.yaml:1`),
    {
      files: { [`${WEB}/a\n::error::x.yaml`]: 'metadata: { name: x }\n' },
    },
  ),
  kustomization(
    'a broken file called by all of it',
    `resources:\n- ${JSON.stringify(fileName)}\n`,
    refused('KUSTOMIZE_FAILED', `${WEB}/${fileName}:1`),
    {
      files: { [`${WEB}/${fileName}`]: 'metadata: { name: x }\n' },
    },
  ),
  kustomization(
    'a key with a slash',
    'configMapGenerator:\n- name: x\n  files: ["../../etc/passwd=f.txt"]\n',
    'inert',
    { files: { [`${WEB}/f.txt`]: 'x' } },
  ),
  kustomization(
    'a Secret’s literal without =',
    'secretGenerator:\n- name: x\n  literals: [CANARY-OF-A-SECRET]\n',
    refused('KUSTOMIZE_FAILED', 3),
  ),
  {
    what: 'a kustomization named in other letters',
    files: {
      [`${WEB}/kustomizatiοn.yaml`]: 'resources: [/etc]\n',
      [K]: 'resources: [settings.yaml]\nnamePrefix: x-\n',
    },
    fate: 'inert',
  },
]
