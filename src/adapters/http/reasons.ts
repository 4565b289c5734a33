/** Every problem code of the HTTP edge. */
export const REASONS = {
  WEBHOOK_SECRET:
    'The webhook secret is missing or easily guessed; set the one of the GitHub App, 16 characters or more.',
  HTTP_ADDRESS_IN_USE: 'Another process listens on the address; choose another port.',
} as const
