import { expect, test } from '@jest/globals'
import { textDiff } from '../../src/preview/text-diff.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { overlayPreview } from '../support/preview-report.ts'

function diffOf(sides: Parameters<typeof overlayPreview>[2]) {
  const [change] = overlayPreview('web', 'dev', sides).changes
  if (!change) throw new Error('nothing changes')
  return textDiff(change)
}
const long = (word: string) =>
  configMap('long', { text: Array.from({ length: 1_500 }, (_, i) => `${word} ${i}`).join('\n') })

test('a field that changes is a hunk of a unified diff with what is around it', () => {
  const diff = diffOf({ before: [deployment('web')], after: [deployment('web', { replicas: 3 })] })
  expect(diff).toMatchObject({ added: 1, removed: 1 })
  expect(diff.text).toContain(
    '@@ -4,7 +4,7 @@\n   name: web\n   namespace: shop\n spec:\n-  replicas: 2\n+  replicas: 3\n',
  )
})

test.each([
  ['comes', { after: [configMap('c', { a: '1' })] }, '@@ -0,0 +1,6 @@\n+apiVersion: v1\n', [6, 0]],
  ['goes', { before: [configMap('c', { a: '1' })] }, '@@ -1,6 +0,0 @@\n-apiVersion: v1\n', [0, 6]],
])('an object that %s is shown whole', (_, sides, text, [added, removed]) => {
  const diff = diffOf(sides)
  expect(diff.text.startsWith(text)).toBe(true)
  expect(diff).toMatchObject({ added, removed })
})

test('so is a very long one', () => {
  const { text, added } = diffOf({ after: [long('line')] })
  expect([text.split('\n').length, added]).toEqual([1_507, 1_506])
})

test('what is nearly all different is said to be rewritten, with counts', () => {
  const { text } = diffOf({ before: [long('old')], after: [long('new')] })
  expect(text).toBe('@@ rewritten: 1506 lines before, 1506 lines after @@')
})
