import { describe, expect, test } from '@jest/globals'
import { textChange } from '../../src/model/text-change.ts'

describe('what changed inside of a text', () => {
  test.each<[string, string, string, object]>([
    [
      'YAML',
      'server:\n  port: 80\n  host: a\n',
      'server:\n  port: 81\n  host: a\nlog: debug\n',
      {
        fields: [
          { path: '.server.port', verb: 'changed', before: 80, after: 81 },
          { path: '.log', verb: 'added', after: 'debug' },
        ],
        added: 2,
        removed: 1,
      },
    ],
    ['JSON on one line', '{"a": 1, "b": 2}', '{"a": 1}', { fields: [{ path: '.b', verb: 'removed', before: 2 }] }],
    [
      'properties',
      '# pool\na.size=1\nb=x\n',
      '# pool of two\na.size = 2\nb=x\n',
      { fields: [{ path: '["a.size"]', verb: 'changed', before: '1', after: '2' }], added: 2, removed: 2 },
    ],
    ['a script', 'set -e\nrun a\n', 'set -e\nrun b\nrun c\n', { fields: [], added: 2, removed: 1 }],
    ['YAML that became none', 'a: 1\nb: 2\n', 'a: [\nb: 2\n', { fields: [], added: 1, removed: 1 }],
  ])('%s', (_, before, after, expected) => {
    expect(textChange(before, after)).toMatchObject({ more: 0, ...expected })
  })

  test('a single line says it all', () => {
    expect(textChange('a', 'b')).toBeUndefined()
    expect(textChange(1, 'b\nc')).toBeUndefined()
  })

  test('many fields are counted, long texts are not read', () => {
    const lines = (value: number) => Array.from({ length: 15 }, (_, i) => `key${i}: ${value}`).join('\n')
    expect(textChange(lines(1), lines(2))).toMatchObject({ more: 5, added: 15, removed: 15 })
    const long = Array.from({ length: 20_000 }, (_, i) => `key${i}: 1`)
    expect(textChange(long.join('\n'), long.with(7, 'key7: 2').join('\n'))).toEqual({
      fields: [],
      more: 0,
      added: 1,
      removed: 1,
    })
  })
})
