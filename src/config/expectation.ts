/** `< 0.01`, `== "ok"`: what a measured value is compared with, and how. */
export interface Expectation {
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!='
  readonly operand: number | string | boolean
}

const GRAMMAR = /^(<=|>=|==|!=|<|>) *(?:"([^"]*)"|(true|false)|(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)|([A-Za-z][\w.-]*))$/

/** Undefined where the text is none: texts and true and false have no order. */
export function parseExpectation(text: string): Expectation | undefined {
  const match = GRAMMAR.exec(text)
  if (!match) return undefined
  const [, operator, quoted, truth, number, word] = match
  const operand =
    number !== undefined ? Number(number) : truth !== undefined ? truth === 'true' : (quoted ?? word ?? '')
  if (typeof operand !== 'number' && operator !== '==' && operator !== '!=') return undefined
  return { operator: operator as Expectation['operator'], operand }
}

/** As `parseExpectation`, of a text that passed the schema. */
export function readExpectation(text: string): Expectation {
  const expectation = parseExpectation(text)
  if (!expectation) throw new Error(`not an expectation: ${text}`)
  return expectation
}

/** Undefined where the value is of another kind than the operand, or no finite number. A text that is a number counts as one. */
export function meets({ operator, operand }: Expectation, found: number | string | boolean): boolean | undefined {
  const value = typeof operand === 'number' && typeof found === 'string' ? numberIn(found) : found
  if (typeof value !== typeof operand || (typeof value === 'number' && !Number.isFinite(value))) return undefined
  switch (operator) {
    case '==':
      return value === operand
    case '!=':
      return value !== operand
    case '<':
      return value < operand
    case '<=':
      return value <= operand
    case '>':
      return value > operand
    case '>=':
      return value >= operand
  }
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
