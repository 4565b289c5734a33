/** A pull request and its repository know each other, so both types stand in one file. */
export type { PullRequest } from './repository.ts'
export type { Mergeability, Review, ReviewState } from './review.ts'
