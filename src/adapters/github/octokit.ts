import type { ProbotOctokit } from 'probot'

/** The client with REST methods, paging and GraphQL that every part of this adapter speaks through. */
export type Octokit = InstanceType<typeof ProbotOctokit>
