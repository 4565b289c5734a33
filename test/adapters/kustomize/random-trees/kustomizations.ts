import fc from 'fast-check'

/** Every field that brings something in, and a few that only change what is there. */
type Field = readonly [name: string, value: fc.Arbitrary<unknown>]

const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const list = (value: fc.Arbitrary<unknown>) => fc.uniqueArray(value, { minLength: 1, maxLength: 2 })
const target = { kind: 'ConfigMap' }
const inline = '[{"op": "add", "path": "/metadata/labels", "value": {"in": "place"}}]'
const prefix =
  '{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: x}, prefix: t-, fieldSpecs: [{path: metadata/name}]}'

/** `up` leads from the kustomization's directory to the root. */
function fields(up: string): readonly Field[] {
  const base = some(`${up}base`, `${up}linked`, `${up}lib`)
  return [
    ['resources', list(fc.oneof(base, some('a.yaml', 'link.yaml', 'sub')))],
    ['bases', fc.constant([`${up}lib`])],
    ['components', fc.constant([`${up}component`])],
    [
      'patches',
      list(
        some(
          { path: 'merge.yaml', target },
          { path: 'json.yaml', target },
          { path: 'sub/json.yaml', target },
          { patch: inline, target },
        ),
      ),
    ],
    ['patchesStrategicMerge', fc.constant(['own.yaml'])],
    [
      'patchesJson6902',
      fc.constant([{ target: { version: 'v1', kind: 'ConfigMap', name: 'own' }, path: 'json.yaml' }]),
    ],
    [
      'configMapGenerator',
      list(
        some(
          { name: 'g', files: ['text.txt', 'key=sub/text.txt'] },
          { name: 'h', envs: ['set.env'] },
          { name: 'i', env: 'set.env' },
          { name: 'j', literals: ['a=text.txt'] },
        ),
      ),
    ],
    [
      'secretGenerator',
      list(some({ name: 's', files: ['text.txt'] }, { name: 'own', behavior: 'merge', envs: ['set.env'] })),
    ],
    [
      'generators',
      list(
        some(
          'generator.yaml',
          '{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: in}, envs: [set.env]}',
        ),
      ),
    ],
    ['transformers', list(some('transformer.yaml', prefix, `${up}plugins`))],
    [
      'replacements',
      list(
        some(
          { path: 'replacement.yaml' },
          {
            source: { kind: 'ConfigMap', name: 'own', fieldPath: 'data.a' },
            targets: [{ select: { kind: 'ConfigMap' }, fieldPaths: ['data.b'], options: { create: true } }],
          },
        ),
      ),
    ],
    ['configurations', fc.constant(['configuration.yaml'])],
    ['crds', fc.constant(['crd.json'])],
    [
      'vars',
      fc.constant([
        { name: 'V', objref: { apiVersion: 'v1', kind: 'ConfigMap', name: 'own' }, fieldref: { fieldpath: 'data.a' } },
      ]),
    ],
    ['namePrefix', some('p-', 'q-')],
    ['labels', fc.constant([{ pairs: { a: 'b' } }])],
    ['images', fc.constant([{ name: 'x', newTag: '2' }])],
    ['commonAnnotations', some({ a: '1' }, { a: '2' })],
    ['Namespace', some('one', 'two')],
  ]
}

/** As JSON; a Component where `component` is set. Old spellings, other cases and everything at once included. */
export function kustomizations(up: string, component = false): fc.Arbitrary<string> {
  const always = component ? { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' } : {}
  const pairs = fields(up).map(([name, value]) => value.map((chosen) => [name, chosen] as const))
  return fc
    .uniqueArray(fc.oneof(...pairs), { minLength: 1, maxLength: 4, selector: ([name]) => name })
    .map((chosen) => JSON.stringify({ ...always, ...own(component), ...Object.fromEntries(chosen) }))
}

/** What most fields need in order to build, or to have an effect. */
function own(component: boolean): object {
  return { commonAnnotations: { own: '1' }, ...(component ? {} : { resources: ['own.yaml'] }) }
}
