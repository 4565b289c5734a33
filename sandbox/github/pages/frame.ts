import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Frame {
  readonly title: string
  /** `owner/name`, when the page is of a repository. */
  readonly repository?: string
  readonly people: readonly string[]
  readonly signedIn: string
  /** Seconds after which the page looks again. */
  readonly refresh?: number
  readonly body: Html
}

/** The frame around every page. */
export function frame({ title, repository, people, signedIn, refresh, body }: Frame): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh ? raw(`<meta http-equiv="refresh" content="${refresh}">`) : ''}
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
  <a class="home" href="/">Local GitHub</a>
  ${repository ? html`<nav><a href="/${repository}">${repository}</a> <a href="/${repository}/pulls">Pull requests</a></nav>` : ''}
  <form method="post" action="/session" class="who">
    <label>signed in as
      <select name="login" onchange="this.form.submit()">
        ${people.map((login) => html`<option value="${login}" ${login === signedIn ? 'selected' : ''}>${login}</option>`)}
      </select>
    </label>
    <noscript><button>change</button></noscript>
  </form>
</header>
<main>${body}</main>
</body>
</html>`
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#f6f8fa, #151b23); --dim: light-dark(#59636e, #9198a1);
  --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#d1242f, #f85149); --wait: light-dark(#9a6700, #d29922); --link: light-dark(#0969da, #4493f8); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #f0f6fc); }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; padding: 10px 20px; border-bottom: 1px solid var(--line); background: var(--soft); }
header .home { font-weight: 600; } header nav { display: flex; gap: 16px; } .who { margin-left: auto; color: var(--dim); }
main { max-width: 1012px; margin: 0 auto; padding: 20px; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: 24px; font-weight: 500; margin: 8px 0; } h2 { font-size: 18px; margin: 24px 0 8px; }
.dim { color: var(--dim); } .num { color: var(--dim); font-weight: 300; }
.box { border: 1px solid var(--line); border-radius: 6px; margin: 12px 0; overflow: hidden; }
.box > .head { background: var(--soft); padding: 8px 14px; border-bottom: 1px solid var(--line); color: var(--dim); }
.box > .head b { color: light-dark(#1f2328, #f0f6fc); } .box > .text { padding: 8px 14px; overflow-x: auto; }
.row { display: flex; gap: 10px; align-items: baseline; padding: 9px 14px; border-top: 1px solid var(--line); flex-wrap: wrap; } .row:first-child { border-top: 0; }
.tag { font-size: 12px; border: 1px solid var(--line); border-radius: 12px; padding: 0 8px; color: var(--dim); }
.state { border-radius: 16px; padding: 4px 12px; color: #fff; font-weight: 500; } .open { background: #1f883d; } .merged { background: #8250df; } .closed { background: #cf222e; } .draft { background: #59636e; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
pre, code { font: 12.5px/1.5 ui-monospace, monospace; } pre { background: var(--soft); padding: 10px 14px; overflow-x: auto; border-radius: 6px; margin: 8px 0; }
:not(pre) > code { background: light-dark(#818b981f, #656c7633); padding: 2px 5px; border-radius: 4px; }
table { border-collapse: collapse; margin: 8px 0; } th, td { border: 1px solid var(--line); padding: 4px 10px; text-align: left; }
.diff { margin: 0; border-radius: 0; padding: 6px 0; } .diff span { display: block; padding: 0 14px; white-space: pre; } .diff .add { background: light-dark(#dafbe1, #12261e); } .diff .del { background: light-dark(#ffebe9, #25171c); } .diff .hunk { color: var(--dim); }
textarea { width: 100%; min-height: 90px; font: inherit; padding: 8px; border: 1px solid var(--line); border-radius: 6px; background: inherit; color: inherit; }
button { font: inherit; padding: 4px 14px; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); color: inherit; cursor: pointer; } button.main { background: #1f883d; color: #fff; border-color: #1f883d; } button:disabled { opacity: .5; cursor: default; }
.tabs { display: flex; gap: 18px; border-bottom: 1px solid var(--line); margin: 14px 0; } .tabs a { padding: 6px 2px; color: inherit; } .tabs a.here { border-bottom: 2px solid #fd8c73; font-weight: 600; }
pre code .add, pre code .del { display: inline-block; min-width: 100%; } pre code .add { background: light-dark(#dafbe1, #12261e); } pre code .del { background: light-dark(#ffebe9, #25171c); } pre code .hunk { color: var(--dim); }
blockquote { margin: 8px 0; padding: 0 14px; border-left: 4px solid var(--line); color: var(--dim); } blockquote:is(.caution, .warning, .note) { color: inherit; } blockquote.caution { border-color: var(--bad); } blockquote.warning { border-color: var(--wait); } blockquote.note { border-color: var(--link); }
.text hr { border: 0; border-top: 1px solid var(--line); } .text h3 { font-size: 18px; margin: 12px 0 8px; }
details summary { cursor: pointer; } img { max-width: 100%; } select { font: inherit; }
`
