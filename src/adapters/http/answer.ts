import type { ServerResponse } from 'node:http'

/** A refusal in the shape GitHub's delivery log shows well. */
export function answerError(
  response: ServerResponse,
  status: number,
  error: string,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }))
}

export function answerText(response: ServerResponse, status: number, text: string, contentType = 'text/plain') {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text)
}
