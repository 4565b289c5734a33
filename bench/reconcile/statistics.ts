/** The middle of the sorted numbers; between two, the lower: a figure that was measured. */
export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5)
}

/** The smallest number that at least this share (0 to 1) of all are not above. NaN for none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits))
}
