import { raw } from 'hono/html'
import { Marked } from 'marked'
import sanitize from 'sanitize-html'

const marked = new Marked({ gfm: true, breaks: true })
const ALLOWED = [...sanitize.defaults.allowedTags, 'details', 'summary', 'img', 'del', 'input', 'sup', 'sub', 'picture']

/** Markdown of people and Apps as HTML. It is somebody's text: only harmless tags are kept, scripts and styles never. */
export function markdown(text: string | null | undefined) {
  const html = marked.parse(text ?? '', { async: false })
  return raw(
    sanitize(html, {
      allowedTags: ALLOWED,
      allowedAttributes: {
        ...sanitize.defaults.allowedAttributes,
        a: ['href', 'title'],
        code: ['class'],
        details: ['open'],
        img: ['src', 'alt', 'title', 'width', 'height'],
        input: ['type', 'checked', 'disabled'],
        td: ['align'],
        th: ['align'],
      },
      transformTags: { a: sanitize.simpleTransform('a', { rel: 'nofollow noopener' }) },
      exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs.type !== 'checkbox',
    }),
  )
}
