import { describe, expect, test } from '@jest/globals'
import { readIndex } from '../../../src/adapters/charts/index-file.ts'

const WEB = [{ version: '1.0.0', urls: ['web-1.0.0.tgz'], digest: 'abc' }]
const entry = '- version: 1.0.0\n    urls: [web-1.0.0.tgz]\n    digest: abc'

describe('the versions of a chart in an index', () => {
  const indexes: Record<string, string> = {
    'as helm writes it': `apiVersion: v1\nentries:\n  app:\n  - version: 9.9.9\n  web:\n  ${entry}\n  webapp:\n  - version: 8.8.8\ngenerated: x\n`,
    'with lists indented':
      'entries:\n  web:\n    - version: 1.0.0\n      urls:\n        - web-1.0.0.tgz\n      digest: abc\n  b:\n    - version: 2\n',
    'with names in quotes': `entries:\n    "web":\n    - version: "1.0.0"\n      urls: [web-1.0.0.tgz]\n      digest: abc\n    'b': []\n`,
    'at its end': `generated: x\nentries:\n  web:\n  ${entry}`,
    'between comments and empty lines': `# hello\nentries: # all\n\n  # web\n  web:\n\n  ${entry}\n\n  # more\n`,
    'with text over several lines':
      'entries:\n  web:\n  - description: |\n      web:\n      - no: yes\n    version: 1.0.0\n    urls: [web-1.0.0.tgz]\n    digest: abc\n',
    'with the ends of lines of Windows': `entries:\r\n  web:\r\n  ${entry.replaceAll('\n', '\r\n')}\r\n`,
    'in JSON': JSON.stringify({ entries: { web: [{ version: '1.0.0', urls: ['web-1.0.0.tgz'], digest: 'abc' }] } }),
  }
  test.each(Object.entries(indexes))('%s', (_, text) => {
    expect(readIndex(text, 'web')).toEqual(WEB)
  })

  test('are none where another chart’s text holds its name', () => {
    expect(
      readIndex('entries:\n  app:\n  - description: |\n      x\n    web:\n    - version: 1\n', 'web'),
    ).toBeUndefined()
  })

  test.each(['entries: {}', 'entries:\n  app: []\n', '{"entries":{}}', 'entries:\n'])('are none in %j', (text) => {
    expect(readIndex(text, 'web')).toBeUndefined()
    expect(readIndex(text, '__proto__')).toBeUndefined()
  })

  test('leave out what makes no sense', () => {
    expect(
      readIndex(
        'entries:\n  web:\n  - 1\n  - {version: 2, urls: []}\n  - {version: "3"}\n  - {version: "4", urls: [a, 5]}\n',
        'web',
      ),
    ).toEqual([{ version: '4', urls: ['a'] }])
  })

  test.each([
    '',
    '<html>',
    '{',
    'apiVersion: v1',
    'entries:\n  web: 1',
    'entries:\n  web:\n  - !!python/object a',
  ])('%j is refused', (text) => {
    expect(() => readIndex(text, 'web')).toThrow(expect.objectContaining({ code: 'CHART_INDEX' }))
  })

  test('are found among a hundred thousand others', () => {
    const others = Array.from(
      { length: 100_000 },
      (_, index) => `  chart${index}:\n  - version: 1.0.0\n    urls: [a]\n`,
    ).join('')
    expect(readIndex(`entries:\n${others}  web:\n  ${entry}\n`, 'web')).toEqual(WEB)
  })
})
