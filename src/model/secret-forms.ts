import { partsOf } from './secret-parts.ts'

/** Words that tell nothing: hiding them elsewhere would say more than showing them. */
const PLAIN = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off'])
const PEM_MARK = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/
/** A form that leaves out what depends on the bytes around it has to keep enough to be nothing else. */
const SHORTEST_INSIDE = 8
/** A file that long is looked for as it is, in JSON and in base64. */
const LONGEST_IN_ALL_FORMS = 50_000
/**
 * Every text under which a Secret's value may turn up elsewhere: itself, its telling parts and lines; each in base64 (both alphabets,
 * alone or inside of a longer text), hex, URL, form, JSON and YAML escapes.
 */
export function secretForms(value: string): Set<string> {
  if (value.length > LONGEST_IN_ALL_FORMS) return new Set([value, ...partsOf(value), ...fewForms(value)])
  const texts = [value, value.trim(), ...(value.includes('\n') ? onOneLine(value) : []), ...partsOf(value)]
  const forms = new Set<string>()
  for (const text of new Set(texts)) {
    if (text.trim() === '' || PLAIN.has(text.toLowerCase()) || PEM_MARK.test(text)) continue
    for (const form of [text, ...escapedForms(text), ...byteForms(Buffer.from(text))]) forms.add(form)
  }
  return forms
}

/** As messages print it, and as it is when breaks and indents of lines are not looked at. */
function onOneLine(value: string): string[] {
  return [value.trim().replace(/\s*\n\s*/g, ' '), value.replace(/\s+/g, '')]
}

function fewForms(value: string): string[] {
  return [JSON.stringify(value).slice(1, -1), Buffer.from(value).toString('base64')]
}

/** Base64 and hex of a value that need not be text. */
export function byteForms(bytes: Buffer): string[] {
  const padded = bytes.toString('base64')
  if (bytes.length > LONGEST_IN_ALL_FORMS) return [padded]
  const hex = bytes.toString('hex')
  return [
    ...base64Alphabets(padded),
    encodeURIComponent(padded),
    ...base64Inside(bytes).flatMap(base64Alphabets),
    hex,
    hex.toUpperCase(),
  ]
}

/** As it is, without padding, and in the alphabet for URLs. */
function base64Alphabets(padded: string): string[] {
  const bare = padded.replace(/=+$/, '')
  return [padded, bare, bare.replaceAll('+', '-').replaceAll('/', '_')]
}

/** What base64 of a longer text is sure to hold: with 0, 1 or 2 bytes before the value, without the ends that mix with neighbours. */
function base64Inside(bytes: Buffer): string[] {
  return [0, 1, 2]
    .map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
      const mixed = (before + bytes.length) % 3
      const end = text.length - (mixed === 0 ? 0 : 4) + (mixed === 0 ? 0 : mixed)
      return text.slice(before === 0 ? 0 : before + 1, end)
    })
    .filter((text) => text.length >= SHORTEST_INSIDE)
}

function escapedForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = asciiOnly(json)
  const url = encodeURIComponent(text.toWellFormed())
  const strict = url.replace(/[!'()*]/g, percent)
  return [
    json,
    JSON.stringify(json).slice(1, -1),
    ascii,
    ascii.replace(/[<>&]/g, unicodeEscape),
    json.replace(/[<>&\u2028\u2029]/g, unicodeEscape),
    url,
    lowerHex(url),
    url.replaceAll('%20', '+'),
    strict,
    lowerHex(strict),
    strict.replaceAll('%20', '+'),
    encodeURI(text.toWellFormed()),
    text.replaceAll("'", "''"),
  ]
}

/** As Python and Java print JSON. */
function asciiOnly(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, unicodeEscape)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function lowerHex(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())
}
