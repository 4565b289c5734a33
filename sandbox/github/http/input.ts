import { invalidRequest, Refusal } from './refusal.ts'

type Values = Readonly<Record<string, unknown>>

const NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'a boolean',
  number: 'an integer',
  object: 'an object',
}

/** A request's JSON body, read field by field. `null` in a typed field is refused as a wrong type is. */
export class Input {
  readonly values: Values

  constructor(values: Values) {
    this.values = values
  }

  static parse(text: string): Input {
    if (text === '') return new Input({})
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new Refusal(400, 'Problems parsing JSON')
    }
    if (!isObject(value)) throw new Refusal(400, 'Body should be a JSON object')
    return new Input(value)
  }

  has(name: string): boolean {
    return this.values[name] !== undefined
  }

  /** Refuses unless every key is there. */
  require(...names: readonly string[]): void {
    const missing = names.filter((name) => !this.has(name))
    if (missing.length === 0) return
    const verb = missing.length === 1 ? "wasn't" : "weren't"
    throw invalidRequest(`${missing.map((name) => JSON.stringify(name)).join(', ')} ${verb} supplied.`)
  }

  text(name: string): string | undefined {
    return this.#typed(name, (value) => typeof value === 'string', 'string') as string | undefined
  }

  requiredText(name: string): string {
    this.require(name)
    return this.text(name) ?? ''
  }

  /** For fields that GitHub documents as nullable. */
  nullableText(name: string): string | null | undefined {
    return this.values[name] === null ? null : this.text(name)
  }

  flag(name: string): boolean | undefined {
    return this.#typed(name, (value) => typeof value === 'boolean', 'boolean') as boolean | undefined
  }

  whole(name: string): number | undefined {
    return this.#typed(name, (value) => Number.isInteger(value), 'number') as number | undefined
  }

  texts(name: string): string[] | undefined {
    return this.list(name)?.map((item) => {
      if (typeof item !== 'string') throw invalidRequest(`For 'items', ${describe(item)} is not a string.`)
      return item
    })
  }

  list(name: string): unknown[] | undefined {
    const value = this.values[name]
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw invalidRequest(`For 'properties/${name}', ${describe(value)} is not an array.`)
    return value
  }

  object(name: string): Input | undefined {
    const value = this.#typed(name, isObject, 'object')
    return value === undefined ? undefined : new Input(value as Values)
  }

  objects(name: string): Input[] | undefined {
    return this.list(name)?.map((item) => {
      if (!isObject(item)) throw invalidRequest(`For 'items', ${describe(item)} is not an object.`)
      return new Input(item)
    })
  }

  /** One of the listed words. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined || (words as readonly string[]).includes(value)) return value as T | undefined
    throw invalidRequest(`For 'properties/${name}', ${value} is not a member of ${JSON.stringify(words)}.`)
  }

  #typed(name: string, fits: (value: unknown) => boolean, type: string): unknown {
    const value = this.values[name]
    if (value === undefined || fits(value)) return value
    throw invalidRequest(`For 'properties/${name}', ${describe(value)} is not ${NAMES[type]}.`)
  }
}

function describe(value: unknown): string {
  return value === null ? 'nil' : JSON.stringify(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
