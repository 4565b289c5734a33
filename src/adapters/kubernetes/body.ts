import { type JsonObject, printJson } from '../../model/json.ts'

/**
 * JSON text for a request. Server-side apply is read by a YAML parser: characters that JSON leaves bare and YAML folds or refuses
 * (DEL, C1 controls, line and paragraph separators, byte order mark, non-characters) are escaped, which both read alike.
 */
export function printBody(body: JsonObject): string {
  return printJson(body).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
