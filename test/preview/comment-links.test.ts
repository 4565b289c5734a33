import { expect, test } from '@jest/globals'
import { printLinks } from '../../src/preview/comment-links.ts'

const pull = { url: 'https://github.example/acme/shop/pull/7' }
const runs = ['render/dev', 'render/prod', 'gate'].map((name, i) => ({ id: 40 + i, name: `lockstep/${name}` }))

test('each label of a comment leads to its check, and only labels that stand in it do', () => {
  const text = 'see [lockstep/render/prod], or all of [checks]'
  expect(printLinks(text, pull, runs, 1_000)).toBe(
    [
      '[checks]: https://github.example/acme/shop/pull/7/checks',
      '[lockstep/render/prod]: https://github.example/acme/shop/pull/7/checks?check_run_id=41',
    ].join('\n'),
  )
})

test('text that was escaped is no label', () => {
  expect(printLinks('\\[checks\\] \\[lockstep/render/dev\\]', pull, runs, 1_000)).toBe('')
})

test('never more than there is room for', () => {
  const text = runs.map(({ name }) => `[${name}]`).join()
  for (const room of [0, 10, 90, 100, 190]) expect(printLinks(text, pull, runs, room).length).toBeLessThanOrEqual(room)
})
