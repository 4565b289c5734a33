import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Marked } from 'marked'
import sanitize from 'sanitize-html'
import { spokenLines } from '../../src/model/spoken-lines.ts'

const says = (body: string) => spokenLines(body).includes('/go')

describe('is said', () => {
  test.each([
    '/go',
    'text\n/go\ntext',
    '/go\r\nthanks',
    '/go\rthanks',
    '```\nx\n```\n/go',
    '````\n```\n````\n/go',
    '```x``` is code in a line\n/go',
    '> quoted\n\n/go',
    '<!-- a -->\n/go',
    '<!--\na\n-->\n/go',
    'about `<!--` and `<pre>`\n/go',
    '<pre>x</pre>\n/go',
    '<blockquote><blockquote>a</blockquote></blockquote>\n\n/go',
    '- item\n\n/go',
    'don`t\n/go',
    '<details>\n/go\n</details>',
  ])('%j', (body) => {
    expect(says(body)).toBe(true)
  })

  test('what an HTML comment in a line leaves', () => {
    expect(spokenLines('/go <!-- a --> on <!-- b')).toEqual(['/go  on '])
  })
})

describe('is not said', () => {
  test.each([
    '```\n/go\n```',
    '```sh\n/go',
    '~~~\n```\n/go\n~~~',
    '````\n```\n/go\n```\n````',
    '```\n``` no end\n/go',
    '   ```\n/go\n   ```',
    '    /go',
    '\t/go',
    '> /go',
    '> quoted\n/go',
    '> ```\n/go',
    '   > a\nb\n/go',
    '<!--\n/go\n-->',
    'text <!-- a\n/go',
    '<!--\n--> <!--\n/go\n-->',
    '<!-- a --> <!-- b\n/go',
    '<pre>\n/go\n</pre>',
    '<PRE class="x">\n/go',
    '<code>\n\n/go\n</code>',
    '<blockquote>\n<blockquote>\n</blockquote>\n/go\n</blockquote>',
    '<blockquote>\n\n/go\n\n</blockquote>',
    '</pre><!--\n/go',
    '<pre></pre><pre>\n/go',
    '<pre>\n<!--\n</pre>\n/go',
    'code `over\n/go\nlines`',
    '> a\n```\n\n/go\n```',
    '> a\n<x>\n/go',
    '- a\n   ```\n```\n/go',
    '<x>\n```\n\n```\n/go',
    '<x> `<pre>`\n/go',
    '<code><blockquote>\n</code>\n/go',
  ])('%j', (body) => {
    expect(says(body)).toBe(false)
  })
})

/** Text of the paragraphs and the like that GitHub's Markdown shows, without code, quotes and what HTML hides. */
function shown(body: string): string {
  const html = new Marked({ gfm: true, breaks: true }).parse(body, { async: false })
  return sanitize(html, {
    allowedTags: ['p', 'br', 'li'],
    nonTextTags: ['pre', 'code', 'blockquote', 'script', 'style', 'textarea'],
  })
}

test('whatever the marks around it: a line that is said is one that is shown', () => {
  const pieces = ['```', '````', '~~~', '```js', '> q', '>', 'x', '', '<!--', '-->', '<pre>', '</pre>', '<blockquote>']
  const more = ['</blockquote>', '<code>', '</code>', '- a', '    ', '`', '<!-- a -->', '   ```', '> ```', '~~~~']
  const body = fc.array(fc.constantFrom(...pieces, ...more, '/go'), { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(body, (lines) => {
      const text = lines.join('\n')
      if (says(text)) expect(shown(text)).toContain('/go')
    }),
    { numRuns: 3000 },
  )
})
