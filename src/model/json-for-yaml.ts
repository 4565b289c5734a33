import { type Json, printJson } from './json.ts'

/** JSON text that YAML readers take as it is: what YAML counts as a line break or refuses to read raw is escaped. */
export function jsonForYaml(value: Json): string {
  return printJson(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
