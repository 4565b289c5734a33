export interface FieldError {
  readonly resource: string
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom'
  readonly field?: string
  readonly message?: string
  readonly value?: unknown
}

/** A request that GitHub answers with its error envelope. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: readonly (FieldError | string)[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    message: string,
    extra: { errors?: readonly (FieldError | string)[]; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.status = status
    this.errors = extra.errors
    this.headers = extra.headers ?? {}
  }

  /** The envelope: `status` is a string. */
  body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    }
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found')
export const badCredentials = (): Refusal => new Refusal(401, 'Bad credentials')
export const notAccessible = (): Refusal => new Refusal(403, 'Resource not accessible by integration')
export const unprocessable = (message: string): Refusal => new Refusal(422, message)
export const conflict = (message: string): Refusal => new Refusal(409, message)

export function validationFailed(...errors: readonly (FieldError | string)[]): Refusal {
  return new Refusal(422, 'Validation Failed', { errors })
}

/** Wrong types and missing keys of the schema-checked endpoints: the reasons stand in the message, there is no `errors`. */
export function invalidRequest(...reasons: readonly string[]): Refusal {
  return new Refusal(422, `Invalid request.\n\n${reasons.join('\n')}`)
}
