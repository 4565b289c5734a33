/**
 * Where `word` can be read out of a text: as it stands, or in base64, hex, percent or JSON escapes of any run of characters. Answers
 * what stands around it.
 */
export function revealed(text: string, word: string): string[] {
  const views = [text, unescaped(text), percentDecoded(text), percentDecoded(unescaped(text))]
  const runs = views.flatMap((view) => view.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [])
  const decoded = [...new Set(runs)].flatMap((run) => [
    ...[0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')),
    ...[0, 1].map((from) => Buffer.from(run.slice(from), 'hex').toString('latin1')),
  ])
  return [...views, ...decoded].flatMap((view) => around(view, word))
}

function around(text: string, word: string): string[] {
  const at = text.indexOf(word)
  return at < 0 ? [] : [text.slice(Math.max(0, at - 60), at + 60)]
}

function unescaped(text: string): string {
  return text
    .replace(/\\+u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\+(["\\/])/g, '$1')
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
