import { isMap, isScalar, isSeq, type Node, parseDocument, Scalar, stringify, type ToStringOptions, visit } from 'yaml'

/** Ways in which people write the same YAML. Each prints a map; what it prints says exactly that map. */
export type Style = (value: Readonly<Record<string, unknown>>) => string

const print = (value: unknown, options: ToStringOptions = {}) => stringify(value, { lineWidth: 0, ...options })

/** Printed after a change of each node, as its style asks. */
function changed(value: unknown, change: (node: Node, depth: number) => void, options: ToStringOptions = {}): string {
  const document = parseDocument(print(value))
  visit(document, { Node: (_, node, path) => change(node, path.length) })
  return document.toString({ lineWidth: 0, ...options })
}

const quoted = (type: Scalar.Type) => (node: Node) => {
  if (isScalar(node) && typeof node.value === 'string') node.type = type
}

/** Only lines that hold a value or a key: never the inside of a block of text. */
function commented(text: string): string {
  let block = -1
  return text
    .split('\n')
    .map((line, i) => {
      const indent = /^ */.exec(line)?.[0].length ?? 0
      if (block >= 0 && (line.trim() === '' || indent > block)) return line
      block = /(?:^|[ :])[|>][-+\d]*$/.test(line) ? indent : -1
      if (block >= 0 || line.trim() === '') return line
      return `${' '.repeat(indent)}# above ${i}\n${line}${' '.repeat(1 + (i % 3))}# beside ${i}`
    })
    .join('\n')
}

const crlf = (text: string) => text.replaceAll('\n', '\r\n')
const flowWhole = (value: unknown) =>
  changed(value, (node) => {
    if (isMap(node) || isSeq(node)) node.flow = true
  })
const innerFlow = (value: unknown, least: number) =>
  changed(value, (node, depth) => {
    if ((isMap(node) || isSeq(node)) && depth >= least) node.flow = true
  })

export const STYLES: Readonly<Record<string, Style>> = {
  'indented dashes': (value) => print(value),
  'dashes at the margin': (value) => print(value, { indentSeq: false }),
  'four spaces': (value) => print(value, { indent: 4 }),
  'odd indentation': (value) => print(value, { indent: 3, indentSeq: false }),
  'wide indentation': (value) => print(value, { indent: 7 }),
  'single quotes': (value) => changed(value, quoted(Scalar.QUOTE_SINGLE)),
  'double quotes': (value) => changed(value, quoted(Scalar.QUOTE_DOUBLE)),
  'quoted keys': (value) => print(value, { defaultKeyType: 'QUOTE_DOUBLE' }),
  'blocks of text': (value) => print(value, { blockQuote: 'literal' }),
  'folded long strings': (value) => stringify(value, { lineWidth: 40, minContentWidth: 10 }),
  'everything in brackets': flowWhole,
  'padded brackets': (value) => flowWhole(value).replace(/^\{ */, '{   '),
  'lists in brackets': (value) => innerFlow(value, 4),
  'entries in brackets': (value) => innerFlow(value, 5),
  JSON: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
  'JSON on one line': (value) => JSON.stringify(value),
  'comments everywhere': (value) => commented(print(value, { blockQuote: false })),
  'comments and dashes at the margin': (value) => commented(print(value, { indentSeq: false, blockQuote: false })),
  CRLF: (value) => crlf(print(value)),
  'CRLF, comments, dashes at the margin': (value) =>
    crlf(commented(print(value, { indentSeq: false, blockQuote: false }))),
  'byte order mark': (value) => `\ufeff${print(value)}`,
  'byte order mark and CRLF': (value) => `\ufeff${crlf(print(value))}`,
  'no final newline': (value) => print(value).replace(/\n+$/, ''),
  'document marker and blank lines': (value) =>
    `---\n\n${print(value, { blockQuote: false }).replaceAll('\n', '\n\n')}`,
  'document and end markers': (value) => `# head\n---\n${print(value)}...\n# tail\n`,
  'tabs and spaces after values': (value) =>
    print(value, { blockQuote: false }).replace(
      /(.)\n/g,
      (_, last: string, at: number) => `${last}${at % 2 ? '\t' : '  '}\n`,
    ),
  'keys in the other order': (value) => print(Object.fromEntries(Object.entries(value).toReversed())),
  'comments at the end': (value) => `${print(value)}# the end\n\n# after an empty line\n\n`,
}
