import { fileURLToPath } from 'node:url'

/** The checkout. Every step runs in it, from whichever folder it was called. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
