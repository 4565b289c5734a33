import { APP_ID, OTHER_SHA, SHA } from './github-names.ts'

/** The members of GitHub's answers that the adapter reads. Whole answers are held against GitHub's description in test/contract. */

const PERSON = { login: 'ada', type: 'User' }
const BOT = { login: 'lockstep[bot]', type: 'Bot' }
const REPO = { id: 1, full_name: 'acme/shop' }
const TIME = '2026-01-05T12:00:00Z'

export function pullAnswer(change: Record<string, unknown> = {}) {
  return {
    number: 5,
    title: 'Promote checkout',
    body: null,
    state: 'open',
    draft: false,
    user: PERSON,
    head: { ref: 'feature', sha: SHA, repo: REPO },
    base: { ref: 'main', sha: OTHER_SHA, repo: REPO },
    html_url: 'https://github.com/acme/shop/pull/5',
    created_at: TIME,
    updated_at: TIME,
    merged: false,
    merged_at: null,
    mergeable: true,
    merge_commit_sha: OTHER_SHA,
    ...change,
  }
}

export function commentAnswer(change: Record<string, unknown> = {}) {
  return {
    id: 100,
    body: 'hello',
    user: BOT,
    performed_via_github_app: { id: APP_ID },
    issue_url: 'https://api.github.com/repos/acme/shop/issues/5',
    html_url: 'https://github.com/acme/shop/pull/5#issuecomment-100',
    created_at: TIME,
    updated_at: TIME,
    ...change,
  }
}

export function checkRunAnswer(change: Record<string, unknown> = {}) {
  return {
    id: 900,
    name: 'lockstep/gate',
    head_sha: SHA,
    status: 'completed',
    conclusion: 'success',
    external_id: '',
    started_at: TIME,
    completed_at: TIME,
    output: { title: 'Fine', annotations_count: 0 },
    app: { id: APP_ID },
    ...change,
  }
}

export function repositoryAnswer(change: Record<string, unknown> = {}) {
  return {
    name: 'shop',
    owner: PERSON,
    default_branch: 'main',
    private: true,
    visibility: 'private',
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    ...change,
  }
}

export function gitCommitAnswer(change: Record<string, unknown> = {}) {
  return { sha: SHA, message: 'Promote', tree: { sha: OTHER_SHA }, parents: [], ...change }
}

export function treeAnswer(...entries: { path: string; mode?: string; type?: string; sha?: string }[]) {
  return {
    sha: OTHER_SHA,
    truncated: false,
    tree: entries.map((entry) => ({ mode: '100644', type: 'blob', sha: SHA, ...entry })),
  }
}
