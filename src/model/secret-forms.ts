/** The shorter ones are hidden only where they stand alone, or every text would be holes. */
export const SHORTEST_ANYWHERE = 4
const SHORTEST_LINE = 8

/** Words that tell nothing: hiding them elsewhere would say more than showing them. */
const PLAIN = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off'])

/**
 * Every text under which a Secret's value may turn up elsewhere: itself, its lines (a PEM block is printed line by line),
 * base64 in both alphabets, URL, form and JSON escapes, and the doubled quotes of YAML.
 */
export function secretForms(value: string): string[] {
  const texts = [value, value.trim(), ...longLines(value)].filter((text) => text.trim() !== '' && !PLAIN.has(text))
  return [...new Set(texts.flatMap((text) => [text, ...escapedForms(text), ...base64Forms(Buffer.from(text))]))]
}

/** Base64 with and without padding, in the standard and the URL alphabet. */
export function base64Forms(bytes: Buffer): string[] {
  const padded = bytes.toString('base64')
  const bare = padded.replace(/=+$/, '')
  return [padded, bare, bytes.toString('base64url')]
}

function longLines(value: string): string[] {
  if (!value.trim().includes('\n')) return []
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE)
}

function escapedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const url = encodeURIComponent(text.toWellFormed())
  return [
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    url.replace(/%20/g, '+'),
    encodeURI(text.toWellFormed()),
    text.replaceAll("'", "''"),
  ]
}
