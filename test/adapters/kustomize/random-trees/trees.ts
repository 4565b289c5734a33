import fc from 'fast-check'
import { kustomizations } from './kustomizations.ts'

/** Files by path, and links with their targets. */
export interface RandomTree {
  readonly files: Readonly<Record<string, string>>
  readonly links: Readonly<Record<string, string>>
}

export const OVERLAYS = ['apps/one/prod', 'apps/two/prod', 'apps/two/dev'] as const
const DIRECTORIES = [...OVERLAYS, 'base', 'lib', 'component', 'plugins'] as const

const number = fc.nat(9)
const configMap = (name: string) =>
  number.map((n) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${n}"}\n`)

/** What a file of that name holds, whichever directory it is in. */
const CONTENTS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'own.yaml': configMap('own'),
  'a.yaml': configMap('a'),
  'b.yaml': configMap('b'),
  'merge.yaml': number.map((n) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {merged: "${n}"}\n`),
  'json.yaml': number.map((n) => `- {op: add, path: /metadata/annotations, value: {json: "${n}"}}\n`),
  'text.txt': number.map((n) => `text ${n}\n`),
  'set.env': number.map((n) => `KEY=${n}\n`),
  'generator.yaml': number.map(
    (n) =>
      `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nfiles: [text.txt]\nliterals: [n=${n}]\n`,
  ),
  'transformer.yaml': number.map(
    (n) =>
      `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p${n}}\npath: json.yaml\ntarget: {kind: ConfigMap}\n`,
  ),
  'replacement.yaml': number.map(
    (n) =>
      `source: {kind: ConfigMap, name: own, fieldPath: data.a}\ntargets:\n- {select: {kind: ConfigMap}, fieldPaths: [data.r${n}], options: {create: true}}\n`,
  ),
  'configuration.yaml': number.map((n) => `commonAnnotations:\n- {path: spec/at${n}, create: true}\n`),
  'crd.json': number.map((n) => `{"x.v${n}.Thing": {"Schema": {"properties": {}}}}`),
  'sub/kustomization.yaml': fc.constantFrom('namePrefix: sub-\nresources: [s.yaml]\n', 'resources: [s.yaml]\n'),
  'sub/s.yaml': configMap('sub'),
  'sub/json.yaml': number.map((n) => `- {op: add, path: /metadata/annotations, value: {sub: "${n}"}}\n`),
  'sub/text.txt': number.map((n) => `sub ${n}\n`),
}
const NAMES = Object.keys(CONTENTS)

const kustomizationOf = (directory: string): fc.Arbitrary<string> => {
  if (directory === 'plugins') return fc.constant('{"resources": ["transformer.yaml"]}')
  if (directory === 'component') return kustomizations('../', true)
  return directory.startsWith('apps/')
    ? kustomizations('../../../')
    : fc.constantFrom('{"resources": ["b.yaml"]}', '{"resources": ["a.yaml"], "namePrefix": "x-"}')
}

const contentOf = (path: string): fc.Arbitrary<string> => {
  const directory = DIRECTORIES.find((each) => path.startsWith(`${each}/`)) ?? ''
  return CONTENTS[path.slice(directory.length + 1)] ?? kustomizationOf(directory)
}

const PATHS = DIRECTORIES.flatMap((directory) => ['kustomization.yaml', ...NAMES].map((name) => `${directory}/${name}`))
const LINKS = {
  linked: ['base', 'lib'],
  'apps/one/prod/link.yaml': ['a.yaml', 'b.yaml'],
  'apps/two/dev/link.yaml': ['./b.yaml', 'sub/s.yaml'],
}

export const trees: fc.Arbitrary<RandomTree> = fc.record({
  files: fc.record(Object.fromEntries(PATHS.map((path) => [path, contentOf(path)]))),
  links: fc.record(
    Object.fromEntries(Object.entries(LINKS).map(([path, targets]) => [path, fc.constantFrom(...targets)])),
  ),
})

/** What somebody does to a tree. */
export type Edit = (tree: RandomTree) => RandomTree

const KUSTOMIZATIONS = PATHS.filter((path) => path.endsWith('/kustomization.yaml'))
const anyPath = fc.oneof(
  fc.constantFrom(...PATHS),
  fc.constantFrom(...KUSTOMIZATIONS, ...PATHS.filter((path) => /\/(?:own|a|b)\.yaml$/.test(path))),
)
const change = anyPath.chain((path) =>
  contentOf(path).map(
    (text): Edit =>
      ({ files, links }) => ({ files: { ...files, [path]: text }, links }),
  ),
)
const remove = anyPath.map(
  (path): Edit =>
    ({ files, links }) => ({ files: without(files, path), links }),
)
const move = fc.tuple(anyPath, anyPath).map(
  ([from, to]): Edit =>
    ({ files, links }) => {
      const text = files[from]
      return text === undefined ? { files, links } : { files: { ...without(files, from), [to]: text }, links }
    },
)
const relink = fc.constantFrom(...Object.entries(LINKS)).chain(([path, targets]) =>
  fc.constantFrom(...targets, 'nowhere').map(
    (to): Edit =>
      ({ files, links }) => ({ files, links: { ...links, [path]: to } }),
  ),
)
const fileForLink = fc.constantFrom('apps/one/prod/link.yaml', 'apps/two/dev/link.yaml').chain((path) =>
  configMap('a').map(
    (text): Edit =>
      ({ files, links }) => ({ files: { ...files, [path]: text }, links: without(links, path) }),
  ),
)

export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 8, arbitrary: change },
  { weight: 1, arbitrary: remove },
  { weight: 1, arbitrary: move },
  { weight: 1, arbitrary: relink },
  { weight: 1, arbitrary: fileForLink },
)

function without(record: Readonly<Record<string, string>>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}
