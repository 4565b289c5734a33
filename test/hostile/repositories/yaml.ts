import { CONFIG_MAP, type Hostile, K, kustomization, refused, resource, WEB } from '../hostile.ts'

const SYNTAX = 'KUSTOMIZATION_SYNTAX'
const FAILED = 'KUSTOMIZE_FAILED'
const A = `${WEB}/a.yaml`

/** Nine aliases of nine aliases …: 9^9 words. */
const bomb = Array.from(
  { length: 9 },
  (_, i) =>
    `b${i}: &b${i} [${Array(9)
      .fill(i === 0 ? 'lol' : `*b${i - 1}`)
      .join(', ')}]`,
).join('\n')
const merges = Array.from(
  { length: 40 },
  (_, i) => `m${i}: &m${i} { <<: [${i === 0 ? '{ a: b }' : `*m${i - 1}, *m${i - 1}`}] }`,
).join('\n')
const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
const deep = (levels: number) => `${'{a: '.repeat(levels)}b${'}'.repeat(levels)}`
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
const withKey = (key: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { ${key}: polluted }\n`

/** YAML that grows, that nests, that two readers take for two things, and that is none. */
export const yaml: readonly Hostile[] = [
  kustomization('aliases that multiply', `metadata:\n  annotations:\n    x: y\n${bomb}\n`, refused(SYNTAX, 4)),
  kustomization(
    'aliases that multiply in a known field',
    `commonAnnotations:\n  ${bomb.replaceAll('\n', '\n  ')}\n`,
    refused(SYNTAX, 2),
  ),
  kustomization(
    'merges that multiply',
    `commonAnnotations:\n  ${merges.replaceAll('\n', '\n  ')}\n`,
    refused(SYNTAX, 2),
  ),
  kustomization('90,000 aliases', `crds: [&a settings.yaml${', *a'.repeat(90_000)}]\n`, refused(SYNTAX, 1)),
  kustomization(
    '100,000 documents',
    `resources: [settings.yaml]\nnamePrefix: x-\n${'---\na: b\n'.repeat(100_000)}`,
    'inert',
  ),
  kustomization('brackets that close nothing', ']'.repeat(1_000_000), refused(SYNTAX, 1)),
  {
    what: 'a configuration of 20,000 keys',
    files: { '.lockstep.yaml': times(20_000, (i) => `k${i}: v\n`).join('') },
    fate: refused('CONFIG_MISSING_KEY', '.lockstep.yaml:1'),
  },
  {
    what: 'a configuration whose aliases multiply',
    files: { '.lockstep.yaml': `version: 1\n${bomb}\n` },
    fate: refused('CONFIG_SYNTAX', '.lockstep.yaml:1'),
  },
  {
    what: 'a configuration of 40,000 levels',
    files: { '.lockstep.yaml': `version: ${deep(40_000)}\n` },
    fate: refused('CONFIG_SYNTAX', '.lockstep.yaml:1'),
  },
  kustomization('an alias of itself', 'commonAnnotations: &a { x: *a }\n', refused(SYNTAX, 1)),
  resource(
    'aliases that multiply in a resource',
    `${CONFIG_MAP}${bomb}\n`,
    refused('KUSTOMIZE_MEMORY|KUSTOMIZE_TIMEOUT', 1),
  ),
  resource('merges that multiply in a resource', `${CONFIG_MAP}${merges}\n`, 'inert'),
  kustomization('a thousand levels', `commonAnnotations: ${deep(1_000)}\n`, refused(SYNTAX, 1)),
  resource('a thousand levels in a resource', `${CONFIG_MAP}spec: ${deep(1_000)}\n`, refused('MANIFEST_SYNTAX', 1)),
  resource(
    'a hundred thousand levels in a resource',
    `${CONFIG_MAP}spec: ${deep(100_000)}\n`,
    refused(FAILED, `${A}:5`),
  ),
  resource('fifty thousand open brackets', `${CONFIG_MAP}spec: ${'['.repeat(50_000)}\n`, refused(FAILED, `${A}:5`)),
  kustomization('a key twice', `namePrefix: a-\nnamePrefix: b-\nresources: [settings.yaml]\n`, 'inert'),
  resource('a key twice in a resource', `${CONFIG_MAP}data: { c: d }\n`, refused(FAILED, `${A}:5`)),
  kustomization(
    '__proto__ among the fields',
    '__proto__: { resources: [/etc] }\nresources: [settings.yaml]\n',
    refused('KUSTOMIZATION_UNKNOWN_FIELD', 1),
  ),
  kustomization(
    'constructor among the fields',
    'constructor: { prototype: { x: y } }\n',
    refused('KUSTOMIZATION_UNKNOWN_FIELD', 1),
  ),
  kustomization(
    '__proto__ among the labels',
    'commonAnnotations: { __proto__: a, constructor: b, toString: c }\nresources: [settings.yaml]\n',
    'inert',
  ),
  resource('__proto__ in a resource', withKey('__proto__'), 'inert'),
  resource(
    'constructor and toString in a resource',
    `${withKey('constructor')}toString: x\nhasOwnProperty: y\n`,
    'inert',
  ),
  kustomization('an object of Python', 'namePrefix: !!python/object/apply:os.system [id]\n', refused(SYNTAX, 1)),
  resource('an object of Python in a resource', `${CONFIG_MAP}spec: !!python/object/apply:os.system [id]\n`, 'inert'),
  kustomization('base64 for a path', 'resources: [!!binary L2V0Yy9wYXNzd2Q=]\n', refused(SYNTAX, 1)),
  kustomization('a directive', '%YAML 1.1\n%TAG ! tag:evil.example,2000:\n---\nresources: []\n', refused(SYNTAX, 1)),
  kustomization(
    'a second document with a remote base',
    'resources: [settings.yaml]\nnamePrefix: x-\n---\nresources: [http://127.0.0.1:1/x]\n',
    'inert',
  ),
  { what: 'UTF-16', files: { [K]: utf16('resources: [settings.yaml]\nnamePrefix: x-\n') }, fate: refused(SYNTAX, 1) },
  { what: 'a mark of byte order', files: { [K]: '\ufeffresources: [settings.yaml]\nnamePrefix: x-\n' }, fate: 'inert' },
  {
    what: 'bytes that are no UTF-8',
    files: { [K]: Buffer.from('resources: [settings.yaml]\nnamePrefix: \xff\xfe\n', 'latin1') },
    fate: refused(SYNTAX, 1),
  },
  resource('UTF-16 in a resource', utf16(CONFIG_MAP.replace('a: b', 'a: c')), 'inert'),
  resource('a mark of byte order in a resource', `\ufeff${CONFIG_MAP.replace('a: b', 'a: c')}`, 'inert'),
  resource(
    'bytes that are no UTF-8 in a resource',
    Buffer.from(CONFIG_MAP.replace('a: b', 'a: "\xff\xfe"'), 'latin1'),
    refused(FAILED, `${A}:1`),
  ),
  kustomization('line breaks of other alphabets', 'namePrefix: x-\u2028resources: [/etc]\n', refused(SYNTAX, 1)),
  kustomization('control characters', 'namePrefix: "x\u0007"\n', refused(SYNTAX, 1)),
  resource(
    'numbers without end',
    `${CONFIG_MAP.replace('a: b', 'a: "1e400"')}spec: { a: 1e400, b: .inf, c: .nan, d: 99999999999999999999999999 }\n`,
    refused(FAILED, 1),
  ),
  kustomization('an empty kustomization', '', refused(FAILED, 1)),
  kustomization('spaces alone', ' \n\n  \n', refused(FAILED, 1)),
  kustomization('a list', '- resources\n', refused('KUSTOMIZATION_INVALID', 1)),
  kustomization('a number', '12\n', refused('KUSTOMIZATION_INVALID', 1)),
  kustomization('tabs', 'resources:\n\t- settings.yaml\n', refused(SYNTAX, 2)),
  kustomization('a key that is a map', '? { a: b }\n: c\n', refused(SYNTAX, 1)),
  resource(
    'a list of lists of objects',
    `kind: List\napiVersion: v1\nitems: [{ kind: List, apiVersion: v1, items: [{ kind: List, apiVersion: v1, items: [${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } })}] }] }]\n`,
    'inert',
  ),
]
