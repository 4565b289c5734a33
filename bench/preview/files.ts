/** Contents by path. */
export type Files = Readonly<Record<string, string>>

export const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const
export type Environment = (typeof ENVIRONMENTS)[number]
