import { raw } from 'hono/html'
import { Marked, type Tokens } from 'marked'
import sanitize from 'sanitize-html'

const marked = new Marked({ gfm: true, breaks: true, renderer: { code: diffLines, blockquote: alert } })
const ALLOWED = [...sanitize.defaults.allowedTags, 'details', 'summary', 'del', 'input', 'sup', 'sub']

/** Markdown of people and Apps as HTML. It is somebody's text: only harmless tags are kept, scripts and styles never. */
export function markdown(text: string | null | undefined) {
  const html = marked.parse(text ?? '', { async: false })
  return raw(
    sanitize(html, {
      allowedTags: ALLOWED,
      allowedAttributes: {
        ...sanitize.defaults.allowedAttributes,
        a: ['href', 'title'],
        details: ['open'],
        input: ['type', 'checked', 'disabled'],
        td: ['align'],
        th: ['align'],
      },
      allowedClasses: {
        code: ['language-*'],
        span: ['add', 'del', 'hunk', 'line'],
        blockquote: ['caution', 'warning', 'note'],
      },
      transformTags: {
        a: sanitize.simpleTransform('a', { rel: 'nofollow noopener' }),
        // GitHub fetches images itself; here nobody does, so that a comment cannot make a browser call out.
        img: (_, { src = '', alt = '' }) => ({ tagName: 'a', attribs: { href: src }, text: alt || 'image' }),
      },
      exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs.type !== 'checkbox',
    }),
  )
}

/** Added and removed lines in their colours. */
function diffLines({ text, lang }: Tokens.Code): string | false {
  if (lang !== 'diff') return false
  const lines = text.split('\n').map((line) => `<span class="${lineClass(line)}">${escaped(line)}</span>`)
  return `<pre><code class="language-diff">${lines.join('\n')}</code></pre>\n`
}

export function lineClass(line: string): string {
  if (line.startsWith('@@')) return 'hunk'
  return line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : 'line'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** GitHub's coloured boxes: a quotation that begins with `[!CAUTION]` and the like. */
function alert(this: { parser: { parse(tokens: Tokens.Blockquote['tokens']): string } }, quote: Tokens.Blockquote) {
  const kind = /^> ?\[!(CAUTION|WARNING|NOTE)\] *\n/.exec(quote.raw)?.[1]
  if (!kind) return false
  const body = this.parser.parse(quote.tokens).replace(`[!${kind}]`, `<b>${kind[0]}${kind.slice(1).toLowerCase()}</b>`)
  return `<blockquote class="${kind.toLowerCase()}">${body}</blockquote>\n`
}
