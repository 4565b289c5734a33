import { createHmac, timingSafeEqual } from 'node:crypto'

/** `X-Hub-Signature-256` of a body: HMAC-SHA-256 over its raw bytes. */
export function signatureOf(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

export function isSigned(secret: string, body: Uint8Array, signature: string): boolean {
  const expected = Buffer.from(signatureOf(secret, body))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
