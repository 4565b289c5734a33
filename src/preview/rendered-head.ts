/**
 * Hidden in our comment: the head of a fork that somebody with write access had rendered. Other people's text cannot hold
 * it, because no `<!--` of theirs gets into a comment.
 */
export function printRenderedHead(sha: string): string {
  return `<!-- lockstep-rendered:${sha} -->`
}

export function parseRenderedHead(body: string): string | undefined {
  return /<!-- lockstep-rendered:([0-9a-f]{40,64}) -->/.exec(body)?.[1]
}
