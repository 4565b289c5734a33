import type { Tree } from '../../src/model/tree.ts'
import { treeWithLinks } from './tree-with-links.ts'

type Files = Readonly<Record<string, string>>

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: example.com/web:1.0
        args: ["--a", "$(SERVICE)"]
        env:
        - {name: A, value: "1"}
        envFrom:
        - configMapRef: {name: settings}
      - name: sidecar
        image: example.com/sidecar@sha256:${'0'.repeat(64)}
`
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n'
const CUSTOM =
  'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {ref: {name: settings}, parts: [{name: a, size: 1}]}\n'
const BASE: Files = {
  'base/kustomization.yaml': 'resources: [deployment.yaml, service.yaml, widget.yaml]\n',
  'base/deployment.yaml': DEPLOYMENT,
  'base/service.yaml': SERVICE,
  'base/widget.yaml': CUSTOM,
}
const COMPONENT = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n'

/** prod on top of a base of a Deployment, a Service and a custom object. */
function prod(kustomization: string, more: Files = {}): Tree {
  return treeWithLinks({ ...BASE, 'prod/kustomization.yaml': `resources: [../base]\n${kustomization}`, ...more })
}

/** prod with one file of objects. */
function alone(manifests: string, rest = ''): Tree {
  return treeWithLinks({ 'prod/kustomization.yaml': `resources: [a.yaml]\n${rest}`, 'prod/a.yaml': manifests })
}

const configMap = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${data}`

/** Overlays `prod`, each with something else that kustomize can do. */
export const FEATURES: Readonly<Record<string, Tree>> = {
  'a base': prod(''),
  'names and namespaces': prod('namePrefix: p-\nnameSuffix: -s\nnamespace: shop\n'),
  'labels of every kind': prod(
    'commonLabels: {team: shop}\nlabels:\n- {pairs: {tier: front}, includeSelectors: false, includeTemplates: true}\n- {pairs: {env: prod}, includeSelectors: true}\ncommonAnnotations: {owner: "007"}\n',
  ),
  images: prod(
    'images:\n- {name: example.com/web, newTag: "2.0"}\n- {name: example.com/sidecar, newName: other.com/sidecar, digest: sha256:abc}\n',
  ),
  replicas: prod('replicas: [{name: web, count: 7}]\n'),
  'a strategic merge patch': prod('patches: [{path: p.yaml}]\n', {
    'prod/p.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        env: [{name: B, value: "2"}]\n      - $patch: delete\n        name: sidecar\n',
  }),
  'a JSON patch by file and in place': prod(
    'patches:\n- {path: p.yaml, target: {kind: Deployment}}\n- target: {kind: Service, name: web}\n  patch: |-\n    - {op: replace, path: /spec/ports/0/port, value: 8080}\n',
    { 'prod/p.yaml': '- op: add\n  path: /spec/template/spec/containers/0/args/-\n  value: --b\n' },
  ),
  'patches in the old spellings': prod(
    'patchesStrategicMerge:\n- p.yaml\n- |-\n  apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {type: NodePort}\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n  path: j.json\n',
    {
      'prod/p.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n',
      'prod/j.json': '[{"op": "remove", "path": "/spec/template/spec/containers/1"}]',
    },
  ),
  'a patch that renames, and one that deletes': prod(
    'patches:\n- target: {kind: Deployment}\n  options: {allowNameChange: true}\n  patch: |-\n    - {op: replace, path: /metadata/name, value: front}\n- patch: |-\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n    $patch: delete\n',
  ),
  'generators from literals, files and env files': prod(
    'configMapGenerator:\n- name: settings\n  literals: [A=1, "B=a=b", C="quoted"]\n  files: [f.txt, key=g.bin]\n- {name: env, envs: [e.env]}\nsecretGenerator:\n- {name: token, type: Opaque, literals: [password=hunter2]}\ngeneratorOptions: {labels: {gen: "yes"}, annotations: {a: b}}\n',
    { 'prod/f.txt': 'one\ntwo\r\n', 'prod/g.bin': '\u0001\u0002ÿ', 'prod/e.env': 'X=1\n# no\n\nY=two words\n' },
  ),
  'generators that merge and replace, without hashes': treeWithLinks({
    'base/kustomization.yaml': 'configMapGenerator: [{name: a, literals: [A=1, B=2]}, {name: b, literals: [C=3]}]\n',
    'prod/kustomization.yaml':
      'resources: [../base]\nconfigMapGenerator:\n- {name: a, behavior: merge, literals: [B=3]}\n- {name: b, behavior: replace, literals: [D=4]}\ngeneratorOptions: {disableNameSuffixHash: true, immutable: true}\n',
  }),
  components: prod('components: [../c, ../d]\n', {
    'c/kustomization.yaml': `${COMPONENT}namePrefix: c-\nconfigMapGenerator: [{name: settings, literals: [A=1]}]\n`,
    'd/kustomization.yaml': `${COMPONENT}patches:\n- target: {kind: Deployment}\n  patch: "- {op: add, path: /metadata/annotations, value: {d: e}}"\n`,
  }),
  replacements: prod(
    'configMapGenerator: [{name: settings, literals: ["HOST=example.com:80"]}]\nreplacements:\n- source: {kind: ConfigMap, name: settings, fieldPath: data.HOST, options: {delimiter: ":", index: 0}}\n  targets:\n  - select: {kind: Widget}\n    fieldPaths: [spec.host]\n    options: {create: true}\n  - {select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=web].env.[name=A].value"]}\n- path: r.yaml\n',
    {
      'prod/r.yaml':
        'source: {kind: Service, name: web, fieldPath: metadata.name}\ntargets: [{select: {kind: Widget}, fieldPaths: [spec.ref.name]}]\n',
    },
  ),
  variables: prod('vars:\n- {name: SERVICE, objref: {kind: Service, name: web, apiVersion: v1}}\nnamePrefix: v-\n'),
  configurations: prod(
    'namePrefix: p-\nconfigMapGenerator: [{name: settings, literals: [A=1]}]\nconfigurations: [c.yaml]\n',
    {
      'prod/c.yaml':
        'nameReference:\n- {kind: ConfigMap, version: v1, fieldSpecs: [{path: spec/ref/name, kind: Widget}]}\n',
    },
  ),
  CRDs: prod('namePrefix: p-\nconfigMapGenerator: [{name: settings, literals: [A=1]}]\ncrds: [crd.json]\n', {
    'prod/crd.json': JSON.stringify({
      'example.com/v1.Widget': {
        Schema: {
          properties: {
            apiVersion: { type: 'string' },
            kind: { type: 'string' },
            metadata: { $ref: 'k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta' },
            spec: { $ref: 'example.com/v1.WidgetSpec' },
          },
        },
      },
      'example.com/v1.WidgetSpec': {
        Schema: {
          properties: {
            ref: {
              'x-kubernetes-object-ref-api-version': 'v1',
              'x-kubernetes-object-ref-kind': 'ConfigMap',
              $ref: 'example.com/v1.Ref',
            },
          },
        },
      },
      'example.com/v1.Ref': { Schema: { properties: { name: { type: 'string' } } } },
    }),
  }),
  'a schema of its own': prod('openapi: {path: schema.json}\npatches: [{path: p.yaml}]\n', {
    'prod/schema.json': JSON.stringify({
      definitions: {
        'v1.Widget': {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: {
                parts: {
                  type: 'array',
                  items: { type: 'object' },
                  'x-kubernetes-patch-merge-key': 'name',
                  'x-kubernetes-patch-strategy': 'merge',
                },
              },
            },
          },
          'x-kubernetes-group-version-kind': [{ group: 'example.com', kind: 'Widget', version: 'v1' }],
        },
      },
    }),
    'prod/p.yaml':
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {parts: [{name: b, size: 2}]}\n',
  }),
  'a built-in schema by version': prod('openapi: {version: v1.21.2}\nnamespace: shop\n'),
  'built-in plugins': prod('generators: [g.yaml]\ntransformers: [t.yaml]\nvalidators: []\n', {
    'prod/g.yaml':
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nliterals: [A=1]\n---\napiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: secret}\nliterals: [B=2]\n',
    'prod/t.yaml':
      'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: pre-\nfieldSpecs: [{path: metadata/name}]\n---\napiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: y, namespace: there}\n---\napiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: z}\nlabels: {l: m}\nfieldSpecs: [{path: metadata/labels, create: true}]\n',
  }),
  'a transformer in place': prod(
    'transformers:\n- |-\n  apiVersion: builtin\n  kind: ImageTagTransformer\n  metadata: {name: x}\n  imageTag: {name: example.com/web, newTag: "3"}\n',
  ),
  'an order of its own': prod(
    'sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Widget], orderLast: [Service]}}\n',
  ),
  'no order': prod('sortOptions: {order: fifo}\n'),
  'where objects come from': prod(
    'buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\nnamePrefix: x-\n',
  ),
  'old fields': treeWithLinks({
    ...BASE,
    'prod/kustomization.yml':
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nbases: [../base]\nimageTags: []\n',
  }),
  'a kustomization without extension': treeWithLinks({
    ...BASE,
    'prod/Kustomization': 'resources: [../base]\nnamePrefix: k-\n',
  }),
  'a base on a base, met twice': treeWithLinks({
    ...BASE,
    'one/kustomization.yaml': 'resources: [../base]\nnamePrefix: one-\n',
    'two/kustomization.yaml': 'resources: [../base]\nnamePrefix: two-\n',
    'prod/kustomization.yaml': 'resources: [../one, ../two]\nnamespace: both\n',
  }),
  'links to files and directories': treeWithLinks(
    {
      ...BASE,
      'shared/cm.yaml': configMap('data: {a: b}\n'),
      'prod/kustomization.yaml': 'resources: [../linked, cm.yaml]\n',
      'prod/real/cm.yaml': configMap('data: {c: d}\n'),
    },
    { linked: 'base', 'prod/cm.yaml': 'real/../real/cm.yaml' },
  ),
  'lists of objects': alone(
    `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n`,
  ),
  'many documents, some empty': alone(`---\n---\n${configMap('')}---\n# nothing\n---\n${SERVICE}...\n`),
  'JSON manifests': alone(
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: 'y' } }),
  ),
  'carriage returns': alone(configMap('data:\r\n  a: "b"\r\n  c: |\r\n    one\r\n    two\r\n')),
  'comments and styles': alone(
    configMap(
      `# before\ndata: # beside\n  a: 'single'\n  b: "double"\n  c: >-\n    folded\n    text\n  d: |+\n    kept\n\n`,
    ),
    'namePrefix: x-\n',
  ),
  unicode: alone(
    configMap('data: {ключ: "значение", emoji: "😀", 日本: 語}\n'),
    'commonAnnotations: {café: "naïve — “quoted”"}\n',
  ),
  'big and odd numbers': alone(
    'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {big: 9007199254740993, huge: 18446744073709551615, octal: 0644, float: 1.10, exponent: 1e3, hex: 0x1F, sexagesimal: 1:30, text: "9007199254740993"}\n',
    'patches:\n- target: {kind: Widget}\n  patch: |-\n    - {op: add, path: /spec/more, value: 9007199254740993}\n',
  ),
  'texts that look like something else': alone(
    configMap(
      'data: {a: "on", b: "null", c: "1.0", d: "0x10", e: "~", f: "2026-01-01", g: "", h: " ", i: "- a", j: "a: b", k: "#", l: "1_000"}\n',
    ),
    'configMapGenerator: [{name: made, literals: [on=off, "y=n", "n=~", "e="]}]\n',
  ),
  'anchors and aliases': alone(
    'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {a: &a {x: 1}, b: *a, c: {<<: *a, y: 2}}\n',
    'namePrefix: p-\n',
  ),
  'a namespace that objects live in': alone(
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: old}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: default, namespace: old}]\n',
    'namespace: new\n',
  ),
  'a directory with spaces and brackets': treeWithLinks({
    'prod/kustomization.yaml': 'resources: ["../a b [c]/sub"]\n',
    'a b [c]/sub/kustomization.yaml': 'resources: ["x y.yaml"]\n',
    'a b [c]/sub/x y.yaml': configMap('data: {a: b}\n'),
  }),
  'a large generator': prod('configMapGenerator: [{name: big, files: [big.txt]}]\n', {
    'prod/big.txt': 'abcdefghij\n'.repeat(100_000),
  }),
}
