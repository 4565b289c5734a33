import { raw } from 'hono/html'
import { Marked } from 'marked'
import sanitize from 'sanitize-html'

const marked = new Marked({ gfm: true, breaks: true })
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
      allowedClasses: { code: ['language-*'] },
      transformTags: {
        a: sanitize.simpleTransform('a', { rel: 'nofollow noopener' }),
        // GitHub fetches images itself; here nobody does, so that a comment cannot make a browser call out.
        img: (_, { src = '', alt = '' }) => ({ tagName: 'a', attribs: { href: src }, text: alt || 'image' }),
      },
      exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs.type !== 'checkbox',
    }),
  )
}
