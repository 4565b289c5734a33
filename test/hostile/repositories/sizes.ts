import { CONFIG_MAP, type Hostile, K, kustomization, refused, resource, WEB } from '../hostile.ts'

const A = `${WEB}/a.yaml`
const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
const settings = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: b }\n`

/** Each level refers twice to the next: 2^18 ways to the last. */
const diamond = Object.fromEntries(
  times(18, (i) => [`apps/d${i}/kustomization.yaml`, `resources: [../l${i + 1}, ../r${i + 1}]\n`] as const).flatMap(
    ([, text], i) => [
      [`apps/l${i}/kustomization.yaml`, text],
      [`apps/r${i}/kustomization.yaml`, text],
    ],
  ),
)
const last = { 'apps/l18/kustomization.yaml': 'namePrefix: l-\n', 'apps/r18/kustomization.yaml': 'namePrefix: r-\n' }
const chain = Object.fromEntries(
  times(1_000, (i) => [
    `apps/c${i}/kustomization.yaml`,
    i === 999 ? 'namePrefix: x-\n' : `resources: [../c${i + 1}]\n`,
  ]),
)
/** Every `copy` doubles the object: 2^40 words. */
const copies = times(40, (i) => `- { op: copy, from: /data, path: /data/x${i} }\n`).join('')

/** Too much, too often, too deep. */
export const sizes: readonly Hostile[] = [
  kustomization(
    'a thousand bases, one below the other',
    'resources: [../../c0]\n',
    refused('OVERLAY_TOO_WIDE', 'apps/c198/kustomization.yaml:1'),
    { files: chain },
  ),
  kustomization(
    'a diamond of bases',
    'resources: [../../l0]\n',
    refused('OVERLAY_TOO_WIDE', 'apps/l6/kustomization.yaml:1'),
    { files: { ...diamond, ...last } },
  ),
  kustomization(
    'bases in a circle',
    'resources: [../../a]\n',
    refused('OVERLAY_CYCLE', 'apps/b/kustomization.yaml:1'),
    {
      files: { 'apps/a/kustomization.yaml': 'resources: [../b]\n', 'apps/b/kustomization.yaml': 'resources: [../a]\n' },
    },
  ),
  kustomization(
    'components in a circle',
    'components: [../../a]\n',
    refused('OVERLAY_CYCLE', 'apps/a/kustomization.yaml:1'),
    {
      files: { 'apps/a/kustomization.yaml': 'components: [../web/prod]\n' },
    },
  ),
  kustomization('itself', 'resources: [.]\n', refused('OVERLAY_CYCLE', 1)),
  resource('a text of 5 MB', `${settings('big')}  # x\nspec: ${'x'.repeat(5_000_000)}\n`, 'inert'),
  resource('a key of 5 MB', `${CONFIG_MAP}? ${'k'.repeat(5_000_000)}\n: v\n`, refused('KUSTOMIZE_FAILED', 1)),
  kustomization('a prefix of 10 MB', `namePrefix: ${'x'.repeat(10_000_000)}\n`, refused('KUSTOMIZATION_TOO_LARGE', 1)),
  kustomization(
    'a prefix of 900 kB on a hundred objects',
    `namePrefix: ${'x'.repeat(900_000)}\nresources: [a.yaml]\n`,
    refused('KUSTOMIZE_OUTPUT|KUSTOMIZE_TIMEOUT', 1),
    {
      files: { [A]: times(100, (i) => settings(`s${i}`)).join('---\n') },
    },
  ),
  kustomization('a generator of a file of 5 MB', 'configMapGenerator:\n- name: x\n  files: [big.txt]\n', 'inert', {
    files: { [`${WEB}/big.txt`]: 'line\n'.repeat(1_000_000) },
  }),
  kustomization(
    'a generator of 100,000 keys',
    'configMapGenerator:\n- name: x\n  envs: [big.env]\n',
    refused('KUSTOMIZE_TIMEOUT', 1),
    {
      files: { [`${WEB}/big.env`]: times(100_000, (i) => `K${i}=v`).join('\n') },
    },
  ),
  kustomization('a generator of bytes', 'configMapGenerator:\n- name: x\n  files: [b.bin]\n', 'inert', {
    files: { [`${WEB}/b.bin`]: Buffer.from(times(4_096, (i) => i % 256)) },
  }),
  resource('5,000 objects', times(5_000, (i) => settings(`s${i}`)).join('---\n'), refused('KUSTOMIZE_TIMEOUT', 1)),
  resource('100,000 empty documents', '---\n'.repeat(100_000), 'inert'),
  kustomization('2,000 files', `resources: [${times(2_000, (i) => `f/${i}.yaml`).join(', ')}]\n`, 'inert', {
    files: Object.fromEntries(times(2_000, (i) => [`${WEB}/f/${i}.yaml`, settings(`s${i}`)])),
  }),
  kustomization('10,000 files that nobody reads', 'resources: [settings.yaml]\nnamePrefix: x-\n', 'inert', {
    files: Object.fromEntries(times(10_000, (i) => [`docs/${i % 100}/${i}.yaml`, 'x\n'])),
  }),
  kustomization(
    '10,000 files that a plugin’s directory brings in',
    'resources: [settings.yaml]\ntransformers: [../../t]\n',
    'inert',
    {
      files: {
        'apps/t/kustomization.yaml': 'resources: [t.yaml]\n',
        'apps/t/t.yaml':
          'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: { name: x }\nprefix: x-\nfieldSpecs: [{ path: metadata/name }]\n',
        ...Object.fromEntries(times(10_000, (i) => [`docs/${i % 100}/${i}.yaml`, 'x\n'])),
      },
    },
  ),
  kustomization(
    'copies that double',
    `resources: [settings.yaml]\npatches:\n- path: p.yaml\n  target: { kind: ConfigMap }\n`,
    refused('KUSTOMIZE_MEMORY|KUSTOMIZE_TIMEOUT', 1),
    {
      files: { [`${WEB}/p.yaml`]: copies },
    },
  ),
  kustomization(
    '10,000 patches',
    `resources: [settings.yaml]\npatches:\n${times(10_000, (i) => `- { target: { kind: ConfigMap }, patch: '[{"op": "add", "path": "/data/k${i}", "value": "v"}]' }\n`).join('')}`,
    refused('KUSTOMIZE_TIMEOUT', 1),
  ),
  kustomization(
    'an expression without end',
    'resources: [settings.yaml]\npatches:\n- target: { name: "(a+)+$" }\n  patch: \'[{"op": "remove", "path": "/data"}]\'\n',
    'inert',
    {
      files: { [`${WEB}/settings.yaml`]: settings('a'.repeat(5_000)) },
    },
  ),
  kustomization(
    'an expression that is none, for an image',
    'resources: [settings.yaml]\nimages: [{ name: "((((", newTag: x }]\n',
    'inert',
  ),
  kustomization(
    'replacements into 10,000 fields',
    `resources: [settings.yaml]\nreplacements:\n- source: { kind: ConfigMap, name: settings, fieldPath: data.a }\n  targets: [{ select: { kind: ConfigMap }, options: { create: true }, fieldPaths: [${times(10_000, (i) => `data.k${i}`).join(', ')}] }]\n`,
    'inert',
  ),
  kustomization(
    'variables of themselves',
    `resources: [settings.yaml, d.yaml]\nvars:\n${times(20, (i) => `- { name: V${i}, objref: { apiVersion: v1, kind: ConfigMap, name: settings }, fieldref: { fieldpath: data.a } }\n`).join('')}`,
    'inert',
    {
      files: {
        [`${WEB}/settings.yaml`]: CONFIG_MAP.replace('a: b', `a: "${times(20, (i) => `$(V${i})`).join('')}"`),
        [`${WEB}/d.yaml`]: `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: x, args: ["${times(20, (i) => `$(V${i})`).join('')}"] }] }\n`,
      },
    },
  ),
  kustomization(
    'CRDs that contain themselves',
    'resources: [settings.yaml]\ncrds: [c.json]\n',
    refused('KUSTOMIZE_FAILED', 2),
    {
      files: {
        [`${WEB}/c.json`]: JSON.stringify({
          'x.v1.A': { Schema: { properties: { a: { $ref: 'x.v1.B' }, apiVersion: {}, kind: {}, metadata: {} } } },
          'x.v1.B': { Schema: { properties: { b: { $ref: 'x.v1.A' }, apiVersion: {}, kind: {}, metadata: {} } } },
        }),
      },
    },
  ),
  kustomization(
    'a schema that contains itself',
    'resources: [settings.yaml]\nopenapi: { path: s.json }\npatches: [{ path: p.yaml }]\n',
    'inert',
    {
      files: {
        [`${WEB}/s.json`]: JSON.stringify({
          definitions: {
            A: {
              $ref: '#/definitions/A',
              'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'ConfigMap' }],
            },
          },
        }),
        [`${WEB}/p.yaml`]: CONFIG_MAP.replace('a: b', 'a: c'),
      },
    },
  ),
  kustomization(
    'an order that does not exist',
    'resources: [settings.yaml]\nsortOptions:\n  order: frob\n',
    refused('KUSTOMIZE_FAILED', 2),
  ),
  kustomization(
    'more replicas than there are numbers',
    'resources: [settings.yaml]\nreplicas:\n- name: settings\n  count: 99999999999999999999999\n',
    refused('KUSTOMIZE_FAILED', 4),
  ),
  kustomization('names nobody can have', `resources: [settings.yaml]\nnamespace: "${'n'.repeat(10_000)}"\n`, 'inert'),
  {
    what: 'two kustomizations',
    files: { [K]: 'resources: [settings.yaml]\n', [`${WEB}/Kustomization`]: 'resources: [/etc]\n' },
    fate: refused('KUSTOMIZATION_SEVERAL', 1),
  },
]
