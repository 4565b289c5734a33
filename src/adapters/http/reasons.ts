/** Every problem code of the HTTP edge. */
export const REASONS = {
  HTTP_ADDRESS_IN_USE: 'Another process listens on the address; choose another port.',
} as const
