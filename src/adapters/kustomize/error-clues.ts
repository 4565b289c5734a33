/**
 * What to look for in the sources. `text`: a scalar · `key`: a field's name, where `type` is that of its value or, with `items`, of
 * something in its list · `repeated`: a name that a map has twice · `object`: one of that kind and name · `duplicate`: the last such
 * object of the file being read · `unnamed`: a document of that file without kind or name · `fault`: where a file stops being YAML, `line`
 * as kustomize counts · `start`: its first line · `entry`: what the kustomization was reading.
 */
export type Clue =
  | { readonly find: 'text' | 'repeated'; readonly value: string }
  | { readonly find: 'key'; readonly value: string; readonly type?: string; readonly items?: boolean }
  | { readonly find: 'object' | 'duplicate'; readonly kind: string; readonly name: string }
  | { readonly find: 'fault' | 'start'; readonly file: string; readonly line?: number }
  | { readonly find: 'unnamed' | 'entry' }

type Rule = readonly [words: RegExp, clues: (found: readonly string[]) => readonly Clue[]]

const text = (value = ''): Clue => ({ find: 'text', value })
const key = (value = '') => ({ find: 'key', value }) as const
const ENTRY: Clue = { find: 'entry' }

/** kustomize's words, the telling ones first. Of a rule's clues the first that is found in the sources is the place. */
const RULES: readonly Rule[] = [
  [/already registered id: (\S+)/, ([id]) => [{ ...object(id), find: 'duplicate' }, ENTRY]],
  [/missing (?:kind|metadata\.name) in object|missing Resource metadata/, () => [{ find: 'unnamed' }, ENTRY]],
  [/yaml: (?:line (\d+): )?.* in File: (\S+)/, ([line, file]) => brokenFile(file, line)],
  [
    /"kind":"([^"]+)".*?"metadata":map\[string\]interface \{\}\{[^}]*?"name":"([^"]+)"/,
    ([kind = '', name = '']) => [{ find: 'object', kind, name }],
  ],
  [/stack overflow/, () => [key('crds'), key('openapi')]],
  [/mapping key "([^"]+)" already defined/, ([name]) => [{ find: 'repeated', value: name ?? '' }]],
  [/(?:for patch|strategic merge patch) "?([^\s";]+)/, ([id]) => [object(id)]],
  [/(?:is missing path|for path|missing key): ['"]?(\/[^\s'"]*?)['"]?(?::|$|\s)/, ([path]) => [text(path)]],
  [/testing value (\S+) failed/, ([path]) => [text(path)]],
  [/Unexpected kind: (\S+)/, ([operation]) => [text(operation)]],
  [/must specify a target for JSON patch \[path: "([^"]+)"/, ([file]) => [text(file)]],
  [
    /unable to parse SM or JSON patch from \[path: "([^"]+)"/,
    ([file]) => [fault(file), { find: 'start', file: file ?? '' }],
  ],
  [/unable to parse SM or JSON patch from \[patch: "(.*)"\]/, ([patch]) => [quoted(patch)]],
  [/must specify one of patch and path/, () => [key('patches')]],
  [/with config: `[^`]*\bpath: (\S+)/, ([file]) => [fault(file), text(file)]],
  [/unable to parse open API definition from '([^']+)'/, ([file]) => [fault(file), text(file)]],
  [/invalid schema file/, () => [key('openapi')]],
  [/invalid literal source (.+?), expected key=value/, ([literal]) => [text(literal)]],
  [/source "([^"]+)" key name/, ([source]) => [text(source)]],
  [/must have a name/, () => [key('configMapGenerator'), key('secretGenerator')]],
  [/(?:configmap|secret) (\S+) illegally repeats/, ([name]) => [text(name)]],
  [/merging from generator .*Name:"([^"]+)"/, ([name]) => [text(name)]],
  [/nothing selected by (\S+?):(\S+)/, ([id, path]) => [text(object(id).name), text(path)]],
  [/multiple matches for selector \S+?:(\S+)/, ([path]) => [text(path)]],
  [/fieldPath `([^`]+)` is missing/, ([path]) => [text(path)]],
  [/unable to find field "([^"]+)" in replacement target/, ([path]) => [text(path)]],
  [/var '\{?([\w.-]+)/, ([name]) => [text(name)]],
  [/resource with name (\S+) does not match/, ([name]) => [text(name)]],
  [/considering field '([^']+)' of object (\S+?):/, ([, id]) => [object(id)]],
  [/plugin (\S+) fails configuration/, ([id]) => [object(id)]],
  [/unable to load builtin (\w+)/, ([kind]) => [text(kind)]],
  [/unknown field "([^"]+)"/, ([name]) => [key(name)]],
  [
    /cannot unmarshal (\w+)(?: \S+)? into Go struct field \w+\.(\S+) of type/,
    ([type = '', path = '']) => wrongType(path, type),
  ],
  [/kind should be/, () => [key('kind'), key('apiVersion')]],
  [/the field '([\w]+)/, ([name]) => [key(name)]],
  [/error parsing regexp: [^`]*`\^?(?:\(\?:)?(.*?)\)?\$?`/, ([expression]) => [text(expression)]],
  [/found '.*', expected: /, () => [key('labelSelector'), key('annotationSelector')]],
  [/expected kind/, () => [ENTRY]],
  [/wrong node kind: [^\n]*node contents:\s*\n([^\n]+)$/, ([scalar]) => [text(scalar)]],
  [/setting namespace on/, () => [key('namespace')]],
]

/** In the order in which they should be tried. */
export function cluesIn(words: string): Clue[] {
  return RULES.flatMap(([pattern, clues]) => {
    const found = pattern.exec(words)
    return found ? clues(found.slice(1)) : []
  })
}

/** `Deployment.v1.apps/web.[noNs]`, `ConfigMap.[noVer].[noGrp]/settings.prod`. */
function object(id = ''): { readonly find: 'object'; readonly kind: string; readonly name: string } {
  const [type = '', name = ''] = id.split('/')
  return { find: 'object', kind: type.split('.')[0] ?? '', name: name.replace(/\.[^.]*$/, '') }
}

/** `configMapGenerator.GeneratorArgs.KvPairSources.literals`: the last part is the nearest. */
function wrongType(path: string, type: string): Clue[] {
  const fields = path
    .split('.')
    .reverse()
    .map((name) => key(name))
  return [
    ...fields.map((field) => ({ ...field, type })),
    ...fields.map((field) => ({ ...field, type, items: true })),
    ...fields,
  ]
}

/** As Go quotes a text. */
function quoted(value = ''): Clue {
  return text(value.replace(/\\(.)/g, (_all, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter))
}

function brokenFile(file = '', line = '0'): Clue[] {
  const found = fault(file)
  return [
    { ...found, line: Number(line) },
    { ...found, find: 'start' },
  ]
}

function fault(file = '') {
  return { find: 'fault', file: file.replace(/[.:,]+$/, '') } as const
}
