/** Every problem code a handler can answer with. */
export const REASONS = {
  WEBHOOK_PAYLOAD: 'A webhook lacks what its event always has; it is ignored, and the sweep finds what it meant.',
} as const
