/** One violation of a house rule. */
export interface Finding {
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly rule: string
  readonly message: string
}

export function printFinding({ file, line, rule, message }: Finding): string {
  return `${file}:${line} ${rule} ${message}`
}
