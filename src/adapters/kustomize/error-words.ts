/** kustomize's error alone, as one line: no warnings before it, no stack after it, no path of this machine. Not yet fit to be shown. */
export function errorWords(stderr: string, root: string): string {
  const here = stderr.replaceAll(`${root}/`, '').replaceAll(root, '.')
  const error = here.slice(Math.max(0, here.search(/^(?:Error|error|panic|fatal error): /m)))
  const [first = ''] = /^(?:panic|fatal error): .*/.exec(error) ?? [error]
  return withoutQuotes(first.replace(/^(?:Error|error): /, '').trim())
}

/** What happens in a component is told as a quoted text, in a component of it as one in that. */
function withoutQuotes(words: string): string {
  const [all, quoted = ''] = COMPONENT.exec(words) ?? []
  if (all === undefined) return words
  return withoutQuotes(words.replace(all, () => quoted.replace(/\\(["\\])/g, '$1')))
}

const COMPONENT = /(?<=accumulating components: )accumulateDirectory: "(.*)"$/s

/** The beginning and the end: between them stands what the repository wrote, as long as it likes. */
export function excerpt(words: string): string {
  return words.length <= 2 * EXCERPT ? words : `${words.slice(0, EXCERPT)} … ${words.slice(-EXCERPT)}`
}

const EXCERPT = 8_000

/**
 * The same for people: without the way through the bases that the place tells, dumps of configuration, and Go's addresses and types,
 * some of which differ from run to run.
 */
export function readableWords(words: string): string {
  return words
    .replace(/with config: `[^`]*`/g, 'with its configuration')
    .replace(/\s*\n\s*/g, ' ')
    .replace(STEP, '')
    .replace(/accumulating components: (?:recursed accumulation of path '[^']*': )?/g, '')
    .replace('map[string]interface {}(nil): yaml: unmarshal errors: ', '')
    .replace(/map\[string\]interface \{\}\{.*\}: /, '')
    .replace(NOT_A_FILE, '$1')
    .replace(/ &\{0x[\da-f]+ [^}]*\}/g, '')
    .replace(/resid\.ResId\{Gvk:resid\.Gvk\{[^}]*Kind:"([^"]*)"[^}]*\}, Name:"([^"]*)"[^}]*\}/g, '$1/$2')
    .replace(/\.\[no(?:Ver|Grp|Ns)\]/g, '')
    .replace(/ +/g, ' ')
    .trim()
}

/** `accumulating resources: accumulation err='accumulating resources from '../base': 'base' must resolve to a file': recursed …: ` */
const STEP =
  /accumulating resources: accumulation err='accumulating resources from '[^']*': '[^']*' must resolve to a file': (?:recursed (?:accumulation of|merging from) path '[^']*': )?/g
/** `accumulation err='…': must build at directory: 'a.yaml': file is not directory`: a resource that is wrong as a file. */
const NOT_A_FILE =
  /accumulating resources: accumulation err='(.*)': must build at directory: '[^']*': file is not directory/
